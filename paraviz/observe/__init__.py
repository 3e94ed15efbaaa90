"""What lives inside the observed process. Standard library only, and little of it."""
