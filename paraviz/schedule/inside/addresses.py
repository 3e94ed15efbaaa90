"""The same addresses in every process, so that sets have the same order in each: as far as the
system lets us."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

FIXED = "PARAVIZ_FIXED"
"""What is set where whoever started a process has seen to its addresses."""
_NO_RANDOM_ADDRESSES = 0x0040000
_ASK = 0xFFFFFFFF


def _personality() -> Any:
    try:
        import ctypes

        return ctypes.CDLL(None).personality
    except (ImportError, OSError, AttributeError):
        return None


def without_random_addresses() -> int | None:
    """What this thread starts from now on has the same addresses each time. How it was before, for
    `with_addresses_as`; None where the system does not let us."""
    personality = _personality()
    if personality is None:
        return None
    before = int(personality(_ASK))
    if before < 0 or personality(before | _NO_RANDOM_ADDRESSES) < 0:
        return None
    return before if personality(_ASK) & _NO_RANDOM_ADDRESSES else None


def with_addresses_as(before: int | None) -> None:
    """As it was."""
    if before is not None:
        _personality()(before)
