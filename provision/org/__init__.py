"""The only code that speaks Salesforce."""
