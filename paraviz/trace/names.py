"""What names of things in a trace are made of."""

MANY = " × "
"""Between a function and the number of its calls, in the names of maps and of their chunks."""
