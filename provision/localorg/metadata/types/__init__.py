"""The component types that this org can deploy and retrieve, one small module each."""
