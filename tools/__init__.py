"""What developers run: `python -m tools.NAME`, or its make target."""
