"""Claims: what a scenario is meant to show, checked on what was recorded."""
