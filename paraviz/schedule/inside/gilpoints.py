"""At which instructions this interpreter can give its GIL away.

Found by looking where a signal's Python handler runs, which is at the same places: from the head of
a function, at a jump back, and after a call that an instruction makes of what is written in C. No
other instruction looks, so that what stands between two of them is never parted under a GIL.
"""

from __future__ import annotations

import dis
import sys

from paraviz.schedule.inside import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

HERE = 1
"""In this instruction, before anything later."""
AFTER = 2
"""After the call that it makes."""

_AT = words(
    "RESUME JUMP_BACKWARD POP_JUMP_BACKWARD_IF_TRUE POP_JUMP_BACKWARD_IF_FALSE "
    "POP_JUMP_BACKWARD_IF_NONE POP_JUMP_BACKWARD_IF_NOT_NONE"
)
_CALLS = frozenset(["CALL", "CALL_FUNCTION_EX", "CALL_KW"])
_known: dict[CodeType, dict[int, int]] = {}


def points(code: CodeType) -> dict[int, int]:
    """Offset of an instruction → HERE or AFTER."""
    found = _known.get(code)
    if found is None:
        found = _known[code] = {}
        for each in dis.get_instructions(code):
            # RESUME after a yield or an await does not look.
            if each.opname in _AT and not (each.opname == "RESUME" and (each.arg or 0) & 3 >= 2):
                found[each.offset] = HERE
            elif each.opname in _CALLS:
                found[each.offset] = AFTER
    return found


def as_it_is(engine: Any) -> bool:
    """Whether an execution is possible under a GIL just as it went: each operation that no place to
    give it away parts from the worker's one before comes right after that."""
    if not engine.all_let_go:
        return False
    before = -1
    for row in engine.steps:
        if row[0] != before and not row[3] and row[1][0] not in ("end", "spawn", "join"):
            return False
        before = row[0]
    return True


def has_gil() -> bool:
    """Whether this interpreter runs one thread at a time."""
    ask = getattr(sys, "_is_gil_enabled", None)
    return True if ask is None else bool(ask())
