"""Healthy programs, and that nothing is found in them."""
