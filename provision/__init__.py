"""Safe server-to-server access to a Salesforce org: set up and proven from one file."""

__version__ = "0.1.0"
