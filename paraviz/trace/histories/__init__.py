"""What became of one thing over time: a lock, a value, a CPU, a stream, a line of source."""
