"""For tests: what pytest finds by its entry points."""
