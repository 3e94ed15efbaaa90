"""What runs beside the program that is explored: standard library only, Python 3.11 to 3.15."""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """Names, as a set."""
    return frozenset(text.split())
