"""SOQL: text to tokens, tokens to a tree, the tree bound to sObjects, and rows from it."""
