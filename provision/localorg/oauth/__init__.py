"""The token endpoint: which grant is allowed, to whom, and why not."""
