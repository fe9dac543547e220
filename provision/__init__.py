"""Safe server-to-server access to a Salesforce org: set up, proven and rotated from one file."""

__version__ = "0.1.0"
