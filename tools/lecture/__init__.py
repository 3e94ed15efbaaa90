"""The scenarios in the lecture's own sizes, plain and observed: `python -m tools.lecture`."""
