"""The app in browsers: a server (needs textual-serve), and a process for each visitor."""
