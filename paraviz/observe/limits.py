"""The time limits of waits, as the calls have them: reported just before a wait that has one."""

from __future__ import annotations

from paraviz import events as ev

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from paraviz.observe.current_lane import Here

LONGEST_S = 1e9
"""About 30 years. A longer one is none, as where `TIMEOUT_MAX` stands for it."""


def tell_limit(here: Here, timeout: Any) -> None:
    """Report the limit of the wait that is reported next, if it has one; None is none."""
    if timeout is None:
        return
    # Other types may do anything when they are asked for a number.
    if type(timeout) not in (float, int):
        here.emit_value(ev.WAIT_LIMIT, 0)
    elif not timeout >= LONGEST_S:
        here.emit_value(ev.WAIT_LIMIT, int(timeout * 1e9) if timeout > 0 else 0)
