"""The readers that come with the product; others are added by the entry point group."""
