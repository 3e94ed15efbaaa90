"""What the command line takes: a command a function, the work is done elsewhere."""
