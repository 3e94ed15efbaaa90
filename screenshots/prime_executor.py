"""An executor: a prime keeps its worker busy, the others take all the rest."""

from __future__ import annotations

from screenshots.frozen import picture


def make() -> str:
    """The picture."""
    return picture("prime_executor", "ForkProcess-1")
