"""The nouns of the product, frozen; nothing in here acts.

The words are Salesforce's and the RFCs'. Import each from the module that defines it.
"""
