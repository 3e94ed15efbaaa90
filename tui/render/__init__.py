"""Drawing as pure functions: from a trace and a viewport to rows of text and inks."""
