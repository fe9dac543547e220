"""All state of the local orgs: one SQLite file, several orgs, any number of processes and threads."""
