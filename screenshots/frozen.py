"""The recorded runs the pictures are of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from paraviz.formats import load

if TYPE_CHECKING:
    from paraviz.trace import Trace

DATA = Path(__file__).parents[1] / "tests" / "data"


def unlocked() -> Trace:
    """Two printers that take turns."""
    return load(DATA / "printers.pviz")


def locked() -> Trace:
    """Two printers, one after the other."""
    return load(DATA / "printers_locked.pviz")


def philosophers() -> Trace:
    """Five threads, five locks."""
    return load(DATA / "philosophers.pviz")
