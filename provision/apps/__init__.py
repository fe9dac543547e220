"""The kinds of OAuth client; each module knows the metadata of its kind, nobody else branches on it."""
