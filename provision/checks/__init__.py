"""Questions asked of an org about one app; one small module for each kind, `ALL` in `provision.verify` lists them."""
