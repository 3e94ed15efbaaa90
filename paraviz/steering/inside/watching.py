"""The process that ends all others, however whoever steers ends."""

from __future__ import annotations

import os
import select
import signal
import sys
import time

from paraviz.schedule.inside.executing import _cpu_ticks
from paraviz.schedule.inside.stuck import has_children, where
from paraviz.schedule.inside.supervising import PATIENCE_S
from paraviz.steering.inside.pipes import send

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_LOOK_EVERY_S = 0.2


def watch(order: dict[str, Any], lifeline: int) -> int:
    """Start the trunk, and wait until it ends, or until nobody steers any more; its exit code."""
    from paraviz.schedule.inside.phase import prepare
    from paraviz.schedule.inside.supervising import _stay_on_one_cpu, die_with_parent

    prepare()
    begun, order["begun"] = os.pipe()
    for each in (lifeline, order["commands"], order["answers"]):
        os.set_inheritable(each, False)
    child = os.fork()
    if child == 0:
        os.close(begun)
        die_with_parent()
        _stay_on_one_cpu()
        _run_trunk(order)
    os.close(order["commands"])
    os.close(order["begun"])
    waits = _Waits(child)
    ends = [lifeline, begun]
    while True:
        ready = select.select(ends, [], [], _LOOK_EVERY_S)[0]
        if lifeline in ready:
            # Whoever started us is gone: nothing stays behind, of the program neither.
            os.killpg(0, signal.SIGKILL)
        if begun in ready:
            ends.remove(begun)
            os.close(order["answers"])
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status) & 0xFF
        if begun in ends and waits.are_long():
            _tell_stuck(order, child)
            # Until whoever asked has enough of it.
            select.select([lifeline], [], [])


class _Waits:
    """Looks whether the program, and what it started, does nothing at all any more."""

    def __init__(self, child: int) -> None:
        self.child = child
        self.used = 0
        self.since = time.monotonic()

    def are_long(self) -> bool:
        """For so long that nothing is going to come."""
        now, used = time.monotonic(), sum(map(_cpu_ticks, _group()))
        if used - self.used > 2:
            self.since, self.used = now, used
        return now - self.since > PATIENCE_S


def _group() -> list[int]:
    """The processes of our group."""
    found = []
    mine = os.getpgrp()
    for name in os.listdir("/proc"):
        if name.isdecimal() and int(name) != os.getpid():
            try:
                if os.getpgid(int(name)) == mine:
                    found.append(int(name))
            except OSError:
                continue
    return found


def _tell_stuck(order: dict[str, Any], child: int) -> None:
    """It waits, before its first thread, for what is not under control."""
    from paraviz.schedule.inside.executing import stuck_told
    from paraviz.schedule.inside.own import set_program

    set_program(order["path"] or os.getcwd())
    place = where(child)
    others = [f"other processes ({place})"] if has_children(child) else []
    message = {"lost": "others" if others else "stuck", "place": place, "uncontrolled": others}
    send(order["answers"], {**message, "outcome": stuck_told(place)["outcome"]})


def _run_trunk(order: dict[str, Any]) -> None:
    from paraviz.schedule.inside.program import real_exit

    code = 1
    try:
        from paraviz.steering.inside.trunk import run

        run(order)
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
    finally:
        real_exit(code)
