"""What may be shown of requests and answers: what is named here as harmless, and of all else only the size."""
