"""What carries out changes: each module writes one kind of thing and decides nothing that a plan has not decided."""
