"""Native recordings, `.pviz`."""
