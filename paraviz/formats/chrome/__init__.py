"""Chrome's trace event format: others' traces and our own."""
