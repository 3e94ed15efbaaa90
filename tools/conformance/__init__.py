"""Whether the standard library's own tests give the same results observed as plain."""
