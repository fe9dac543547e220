"""The partner SOAP API, and `login` of the enterprise one."""
