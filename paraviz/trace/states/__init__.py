"""States: what each lane was in at any time, and how that is known."""
