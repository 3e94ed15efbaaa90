"""The process that starts what explores, and outlives it.

Executions run in this process's children: first many in one, each with a fresh `__main__`, which is
quickest; that is enough where the program uses nothing that could keep a trace of the execution
before, and where forks of the program, run along the schedules that were found, do the same. Else
each execution is a fork.
"""

from __future__ import annotations

import json
import os
import select
import signal
import sys
import time

from paraviz.schedule.inside import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Message = dict[str, Any]

PATIENCE_S = 2.0
"""How long a process may do nothing at all before it is taken for blocked."""
_GRACE_S = 0.4
_SHORT = 2
"""Switches of a schedule that need not be made fewer."""
_SHORTEN_S = 0.5
_LONGEST = 20_000
"""Steps of a schedule that is still tried once more."""
_PDEATHSIG = 1
SAFE = words(
    "__future__ _thread abc argparse array bisect collections concurrent contextlib copy "
    "ctypes dataclasses enum functools heapq inspect itertools json keyword math numbers "
    "operator queue random re reprlib statistics string struct sys textwrap threading "
    "time traceback types typing uuid weakref"
)
"""Modules of the standard library that one execution leaves as the next one expects them."""


class Supervisor:
    """Runs phases, each in a process of its own, and tells what they tell."""

    def __init__(self, order: Message, descriptor: int, lifeline: int) -> None:
        self.order, self.descriptor, self.lifeline = order, descriptor, lifeline
        self.began = time.monotonic()
        self.others: list[str] = []
        """What the program waited for that is not under control."""
        self.is_long = False
        self.known: Any = None
        """What a phase before has learned."""
        self.stuck_at: str | None = None
        """Where a process of ours was that did nothing at all any more."""

    def tell(self, message: Message) -> None:
        """One line to whoever started us."""
        data = json.dumps(message).encode() + b"\n"
        at = 0
        while at < len(data):
            at += os.write(self.descriptor, data[at:])

    def left_s(self) -> float:
        """Of the time limit."""
        return float(self.order["time_limit_s"]) - (time.monotonic() - self.began)

    def run(self) -> None:
        """All phases."""
        from paraviz.schedule.inside import own
        from paraviz.schedule.inside.phase import prepare

        own.more[:] = self.order.get("own", ())
        if self.order.get("modules_from"):
            sys.path[:] = self.order["modules_from"]
        for name in self.order.get("preload", ()):
            # Its own locks are none of the program's.
            __import__(name)
        prepare()
        if self.order.get("replay"):
            self.tell({"main": self.phase({"executor": "forks"}), "done": True})
            return
        executor = self.order.get("executor", "auto")
        if self.order["grain"] != "access" and executor == "auto":
            executor = "forks"
        result: Message = {}
        if executor in ("auto", "here"):
            result = self.phase({"executor": "here"})
            result["executor"] = "here"
            if executor == "auto" and not self._is_enough(result):
                self.tell({"again": result.get("why", "")})
                self.known = result.get("known")
                self.is_long = result.get("why") in ("long", "time")
                if result.get("why") != "blocked":
                    self.stuck_at = None
                result = {}
        if not result:
            limit_s = max(self.left_s(), self.order["time_limit_s"] / 6)
            more = {"executor": "forks", "time_limit_s": limit_s, "is_long": self.is_long}
            if self.known is not None:
                more["known"] = self.known
            result = self.phase(more)
            result["executor"] = "forks"
            told_of = result.get("uncontrolled")
            if not result["outcomes"] and self.stuck_at is not None and not told_of:
                # It came nowhere: neither in time nor in any other way.
                from paraviz.schedule.inside.executing import stuck_told

                told = stuck_told(self.stuck_at)
                outcome = {**told.pop("outcome"), "count": 1, "is_stale": True}
                names = ("key", "switches", "numbers", "schedule")
                result["outcomes"] = [outcome | {name: told[name] for name in names}]
                result["schedules"] = 1
        self._shorten(result)
        if self.others and not result.get("uncontrolled"):
            result["uncontrolled"] = self.others
        self.tell({"main": result})
        if result.get("lost"):
            self.tell({"done": True})
            return
        from paraviz.schedule.inside.gilpoints import has_gil

        unsure = any(not each.get("under_gil") for each in result.get("outcomes", ()))
        if has_gil() and self.order["grain"] == "access" and unsure:
            limit_s = max(0.5, min(self.left_s(), 2 * (time.monotonic() - self.began)))
            order = {"executor": result["executor"], "under_gil": True, "time_limit_s": limit_s}
            order["is_long"] = bool(result.get("is_long"))
            order["known"] = result.get("known")
            self.tell({"under_gil": self.phase({**order, "search": "auto", "quiet": True})})
        self.tell({"done": True})

    def _shorten(self, result: Message) -> None:
        """Look for a while whether faults come with fewer switches: all schedules with no
        interruption first, then those with one, and so on."""
        known = {
            each["key"]: each
            for each in result.get("outcomes", ())
            if (each["kind"] != "ok" or each["exit_code"]) and not each.get("late")
        }
        longest = max((each["switches"] for each in known.values()), default=0)
        if longest <= _SHORT or result.get("lost") or self.order["grain"] != "access":
            return
        limit_s = min(_SHORTEN_S, self.left_s())
        if limit_s <= 0 or self.order["search"] != "auto" or self.order["schedules"]:
            return
        order = {"executor": result["executor"], "search": "brute", "time_limit_s": limit_s}
        order |= {"known": result.get("known"), "quiet": True}
        found = self.phase(order)
        for each in found.get("outcomes", ()):
            mine = known.get(each["key"])
            if mine is None or each["is_stale"] or each.get("late"):
                continue
            if each["switches"] < mine["switches"]:
                mine.update({name: each[name] for name in ("switches", "numbers", "schedule")})

    def _is_enough(self, result: Message) -> bool:
        """Whether executions in one process were as good as fresh ones."""
        if result.get("lost") or result.get("parted") or result.get("unsafe"):
            result["why"] = result.get("lost") or result.get("unsafe") or "parted"
            return False
        if result.get("is_long"):
            result["why"] = "long"
            return False
        if result.get("is_single"):
            return True
        found = [each for each in result["outcomes"] if not each["is_stale"]]
        found.sort(key=lambda each: each["kind"] == "ok" and not each["exit_code"])
        schedules = [
            (each["numbers"], each["key"]) for each in found if len(each["numbers"]) < _LONGEST
        ]
        order = {
            "executor": "forks",
            "again": schedules,
            "known": result["known"],
            "quiet": True,
            "time_limit_s": 0.5 + 0.2 * (time.monotonic() - self.began),
        }
        forked = self.phase(order)
        if forked.get("lost"):
            result["why"] = forked["lost"]
            return False
        result["why"] = "leak" if forked["parted"] else ""
        return not forked["parted"]

    def phase(self, more: Message) -> Message:
        """Run one in a process of its own; its result, or what was told before it was lost."""
        order = {**self.order, "time_limit_s": max(0.1, self.left_s()), **more}
        read_end, write_end = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(read_end)
            die_with_parent()
            _stay_on_one_cpu()
            code = 1
            try:
                from paraviz.schedule.inside.phase import run_phase

                run_phase(order, write_end)
                code = 0
            except BaseException:
                import traceback

                os.write(2, traceback.format_exc().encode())
            finally:
                from paraviz.schedule.inside.program import real_exit

                real_exit(code)
        os.close(write_end)
        try:
            return self._listen(child, read_end, order)
        finally:
            os.close(read_end)

    def _listen(self, child: int, read_end: int, order: Message) -> Message:
        from paraviz.schedule.inside.executing import _cpu_ticks

        begin = time.monotonic()
        limit = begin + order["time_limit_s"] + _GRACE_S
        patience_s = PATIENCE_S if order["executor"] == "here" else 4 * PATIENCE_S
        held = b""
        last: Message = {"outcomes": {}}
        quiet_since, used = begin, 0
        why = ""
        while True:
            ready = select.select([read_end, self.lifeline], [], [], 0.2)[0]
            now = time.monotonic()
            if self.lifeline in ready:
                # Whoever started us is gone: nothing stays behind, of the program neither.
                os.killpg(0, signal.SIGKILL)
            if read_end in ready:
                quiet_since = now
                data = os.read(read_end, 1 << 20)
                if not data:
                    why = "died"
                    break
                held += data
                *lines, held = held.split(b"\n")
                for line in lines:
                    message = json.loads(line)
                    if message.get("end"):
                        os.waitpid(child, 0)
                        return dict(message)
                    self._pass_on(message, last, order)
            ticks = _cpu_ticks(child)
            if ticks - used > 2:
                quiet_since, used = now, ticks
            if now > limit:
                why = "time"
                break
            if now - quiet_since > patience_s and order["executor"] == "here":
                from paraviz.schedule.inside.own import set_program
                from paraviz.schedule.inside.stuck import has_children, where

                set_program(self.order["path"] or os.getcwd())

                why = "blocked"
                self.stuck_at = where(child)
                if has_children(child):
                    # Others have a say in it: nobody is to be blamed for a wait for them.
                    self.others = [f"other processes ({self.stuck_at})"]
                    self.stuck_at = None
                break
        _end(child)
        outcomes = list(last.pop("outcomes").values())
        lost = {"end": True, "exhausted": False, "parted": "", "many_rounds": [], "by": {}}
        lost |= {"schedules": 0, "executions": 0, "steps": 0, "too_long": 0, "began_anew": 0}
        return {**lost, **last, "outcomes": outcomes, "lost": why}

    def _pass_on(self, message: Message, last: Message, order: Message) -> None:
        outcome = message.pop("outcome", None)
        if outcome is not None:
            last["outcomes"][outcome["key"]] = outcome
        last.update(message)
        if not order.get("quiet"):
            self.tell({"progress": message, "outcome": outcome})


def _end(child: int) -> None:
    try:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    except OSError:
        pass


def _stay_on_one_cpu() -> None:
    """One worker runs at a time: handing over is several times quicker on one CPU. The program is
    told the same of the machine as before."""
    try:
        usable = os.sched_getaffinity(0)
        os.sched_setaffinity(0, {sorted(usable)[os.getpid() % len(usable)]})
    except (AttributeError, OSError):
        return
    module: Any = os
    module.sched_getaffinity = lambda _pid: set(usable)
    if hasattr(module, "process_cpu_count"):
        module.process_cpu_count = lambda: len(usable)


def _find_prctl() -> Any:
    try:
        import ctypes

        return ctypes.CDLL(None).prctl
    except (ImportError, OSError, AttributeError):
        return None


_prctl = _find_prctl()


def die_with_parent() -> None:
    """Where the system can do that."""
    if _prctl is not None:
        _prctl(_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
