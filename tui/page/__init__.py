"""A recording as one page for a browser: `data` is what it holds, `writing` puts it together."""
