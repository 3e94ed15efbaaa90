"""What is kept for the user: settings and recent files; and writing a file whole or not at all."""
