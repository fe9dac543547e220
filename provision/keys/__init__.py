"""RSA key pairs and X.509 certificates as data: made, read, compared, described; no file, no clock."""
