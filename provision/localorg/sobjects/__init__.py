"""What sObjects are, who may read and write them, and the rules that Salesforce holds writes to."""
