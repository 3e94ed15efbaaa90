"""What can be run: the catalogue, a program's parameters, and the Python that runs it."""
