"""Where credentials are handed to: each module delivers the same values to one kind of place."""
