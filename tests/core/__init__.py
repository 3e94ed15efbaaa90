"""The compiled core tried hard: `make sanitized`."""
