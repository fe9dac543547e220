"""What stands in the way before anything is tried: the machine, and each org."""
