"""What `provision.yaml` and the environment say; every value knows where it came from.

Only this package imports pydantic and ruamel.yaml. Import each thing from the module that defines it.
"""
