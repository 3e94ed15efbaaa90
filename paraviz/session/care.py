"""What becomes of the program and of its recording when something happens to one of them."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from msgspec import Struct

IfLost = Literal["end", "run"]
GRACE_S = 1.0
"""How long processes that are asked to end may take, unless it is said."""


class Care(Struct, frozen=True):
    """As the user has it."""

    if_lost: IfLost = "end"
    """Whether the observed processes end, or run on, should paraviz itself be killed."""
    keep_background: bool = False
    """Whether processes that the program leaves behind run on. Then nobody is held by us."""
    grace_s: float = GRACE_S
    """How long those may take that paraviz asks to end."""
    spill: Path | None = None
    """Where what arrives is kept as it comes."""

    @property
    def holds(self) -> bool:
        """Whether processes are ended with us."""
        return self.if_lost == "end" and not self.keep_background


USUAL = Care()
