"""What Salesforce checks and does when records of certain sObjects are written."""
