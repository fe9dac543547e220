"""Logging in with a password, without OAuth."""
