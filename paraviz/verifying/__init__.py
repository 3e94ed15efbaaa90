"""Whether a program does the same observed as plain: both are run in turns, and compared."""
