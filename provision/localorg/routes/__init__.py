"""HTTP only: read the request, ask one engine, shape the answer or the refusal."""
