"""External Client Apps: one application and the members that refer to it, each a component type of its own."""
