"""The same work for threads, processes and subinterpreters: with one GIL, or with more."""

from __future__ import annotations

from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("gil_or_not")
