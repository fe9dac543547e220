"""What is to be in a local org from the start: users, licences, apps and policies, read from a document."""
