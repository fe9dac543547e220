"""Pure differences: one module for each kind of thing, in the order in which changes are made."""
