"""What has to be remembered beside the org: keys, credentials, intents; and every write to disk."""
