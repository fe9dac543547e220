"""Salesforce metadata files: the schema, reading, writing, packages, merging and checking.

Import from the module that defines a thing. Nothing in here talks to an org.
"""
