"""Local orgs over real sockets: TLS on loopback."""
