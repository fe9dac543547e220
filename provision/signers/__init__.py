"""Who signs: one module for each place where a private key lives."""
