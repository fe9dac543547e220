"""Why it does not work: what Salesforce's refusals mean, and which of their causes holds in an org."""
