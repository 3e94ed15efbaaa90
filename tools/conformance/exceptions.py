"""What may differ or is left out, and why: `exceptions.toml`."""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

_FILE = Path(__file__).with_name("exceptions.toml")
_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"


@dataclass(frozen=True, slots=True)
class Listed:
    """Tests that may differ, or are not to be run at all."""

    test: str
    """A pattern of test ids, as `fnmatch` has them."""
    reason: str
    """Why, for whoever reads the list."""
    pythons: tuple[str, ...] = ()
    """The versions in question, such as `3.11`; all of them where there is none."""
    run: bool = True
    """Whether to run them."""

    def covers(self, test_id: str) -> bool:
        """Whether it is about this test."""
        return fnmatchcase(test_id, self.test)


def listed() -> tuple[Listed, ...]:
    """Those for this version of Python."""
    rows = tomllib.loads(_FILE.read_text(encoding="utf-8")).get("exception", [])
    every = (Listed(**row | {"pythons": tuple(row.get("pythons", ()))}) for row in rows)
    return tuple(one for one in every if not one.pythons or _PYTHON in one.pythons)
