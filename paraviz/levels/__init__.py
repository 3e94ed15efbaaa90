"""Levels: small programs with a goal that whoever is the scheduler is to reach."""
