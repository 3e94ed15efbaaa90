"""Profiles of the Firefox profiler."""
