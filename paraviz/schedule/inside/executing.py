"""One execution after the other, each fresh: in this process, or in forks of it."""

from __future__ import annotations

import gc
import marshal
import mmap
import os
import random
import select
import signal
import struct
import sys
import time

from paraviz.schedule.inside import polling, streams, tracing, uncontrolled
from paraviz.schedule.inside.engine import Engine
from paraviz.schedule.inside.install import entropy
from paraviz.schedule.inside.knowledge import KNOWN
from paraviz.schedule.inside.names import State
from paraviz.schedule.inside.outcomes import blocked_of
from paraviz.schedule.inside.pool import POOL
from paraviz.schedule.inside.program import real_exit
from paraviz.schedule.inside.supervising import die_with_parent
from paraviz.schedule.inside.worker import raw_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from paraviz.schedule.inside.program import Program
    from paraviz.schedule.inside.search.simple import Search
    from paraviz.schedule.inside.tally import Tally

    Told = dict[str, Any]

_COLLECT_EVERY = 300
_FREE_TICKS = 300
"""CPU time, of 10 ms, after which an execution that goes on freely is taken to go round."""


class Here:
    """Executions in this process: a fresh `__main__`, and the program's modules loaded anew."""

    def __init__(self, program: Program, tally: Tally, how: dict[str, Any]) -> None:
        self.program, self.tally, self.how = program, tally, how
        self.count = 0
        self.until = 0.0

    def explore(self, loop: Callable[[Here], None], finish: Callable[[], None]) -> None:
        """Run a loop that calls `run`, then `finish`."""
        gc.disable()
        loop(self)
        finish()

    def run(self, search: Search) -> Told:
        """One execution. `grew`: it told something that makes the search begin anew."""
        program = self.program
        program.freshen()
        engine = Engine(search.start(), search.hook, **self.how)
        engine.give_up_at = self.until
        engine.tell_blocked = blocked_of(program)
        try:
            engine.execute(lambda: program.run(engine))
        finally:
            program.leave()
        told = self.tally.record(engine)
        told["grew"], KNOWN.grew = _has_grown(), False
        told["learned"] = None if search.hook is search else search.export()
        if getattr(search, "parted_at", ""):
            told["parted_at"] = search.parted_at  # type: ignore[attr-defined]
        self.count += 1
        if self.count % _COLLECT_EVERY == 0:
            gc.collect()
        return told


def _running_loop() -> Any:
    events: Any = sys.modules.get("asyncio.events")
    return None if events is None else events._get_running_loop()


class IsChild(BaseException):
    """Leads a forked execution back to where the program goes on."""


class Forks:
    """Executions in forks: the program runs up to where it starts its first thread, and is forked
    there for each execution. No decision can come before."""

    def __init__(
        self, program: Program, tally: Tally, how: dict[str, Any], patience_s: float
    ) -> None:
        self.program, self.tally, self.how = program, tally, how
        self.patience_s = patience_s
        self.engine = Engine(None, None, **how)
        self.search: Search | None = None
        self.read_end, self.write_end = os.pipe()
        self.can_be_free = True
        """Whether an execution may go on without being stopped: until one did not come back."""
        self.is_single = False
        """Whether the program started no thread at all."""
        self.engine.others_able = mmap.mmap(-1, 1)
        self.held = b""
        self.until = 0.0

    def explore(self, loop: Callable[[Forks], None], finish: Callable[[], None]) -> None:
        """Run a loop that calls `run`, once the program is where it can be forked; then `finish`,
        and end this process: the program does not go on."""
        program, engine = self.program, self.engine
        program.freshen()
        gc.disable()

        def at_first_spawn() -> None:
            engine.at_first_spawn = None
            main = engine.running
            assert main is not None
            main.no_switch += 1
            engine.running = None
            tracing.leave()
            # What was learned so far is known to all that is forked from here.
            KNOWN.grew = False
            loop_running = _running_loop()
            state = random.getstate(), entropy.getstate()
            try:
                loop(self)
            except IsChild:
                polling.renew(loop_running)
                if loop_running is not None:
                    # It is remembered with the number of its process.
                    sys.modules["asyncio.events"]._set_running_loop(loop_running)
                random.setstate(state[0])
                entropy.setstate(state[1])
                tracing.enter(engine)
                engine.running = main
                main.ident = raw_ident()
                main.no_switch -= 1
                return
            except BaseException:
                import traceback

                os.write(2, traceback.format_exc().encode())
                real_exit(1)
            finish()
            real_exit(0)

        engine.at_first_spawn = at_first_spawn
        engine.tell_blocked = blocked_of(program)
        engine.execute(lambda: program.run(engine))
        # It never started a thread.
        program.leave()
        self.is_single = True
        self.tally.add(self.tally.record(engine))
        finish()

    def run(self, search: Search) -> Told:
        """One execution; returns in this process alone."""
        self.search = search
        choose = search.start()
        sys.stdout.flush()
        State.is_forking = True
        child = os.fork()
        State.is_forking = False
        if child == 0:
            die_with_parent()
            engine = self.engine
            POOL.idle.clear()
            engine.choose, engine.hook, engine.at_end = choose, search.hook, self._report
            engine.give_up_at = self.until
            raise IsChild
        told = self._receive(child)
        known = told.pop("known", None)
        if known is not None:
            _learn(known)
        uncontrolled.learn(told.pop("met", []))
        return told

    def _report(self) -> None:
        """In the child: tell what came out, and end."""
        try:
            data = marshal.dumps(self._told())
        except BaseException as error:
            # A fault of ours is none of the program's.
            told = {"end": "parted", "decisions": 0, "grew": False, "why": repr(error)[:500]}
            data = marshal.dumps(told)
        data = struct.pack("I", len(data)) + data
        at = 0
        while at < len(data):
            at += os.write(self.write_end, data[at : at + 65_536])
        real_exit(0)

    def _told(self) -> Told:
        told = self.tally.record(self.engine)
        told["grew"] = _has_grown()
        if told["grew"] or KNOWN.many_rounds:
            from paraviz.schedule.inside import access

            told["known"] = (
                list(KNOWN.hot),
                list(KNOWN.tried),
                KNOWN.ends_matter,
                list(access.written),
                list(KNOWN.many_rounds),
                list(map(list, KNOWN.stuck_at)),
            )
        if uncontrolled.met():
            told["met"] = uncontrolled.met()
        assert self.search is not None
        told["learned"] = self.search.export()
        if getattr(self.search, "parted_at", ""):
            told["parted_at"] = self.search.parted_at  # type: ignore[attr-defined]
        detail = getattr(self.search, "told", None)
        if detail is not None:
            told["detail"] = detail()
        return told

    def _receive(self, child: int) -> Told:
        """What the child tells, or how it ended without a word."""
        told = None
        quiet_since, used = time.monotonic(), _cpu_ticks(child)
        first = used
        while told is None:
            told = self._message()
            if told is not None:
                break
            if select.select([self.read_end], [], [], 0.25)[0]:
                self.held += os.read(self.read_end, 1 << 20)
                continue
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                if select.select([self.read_end], [], [], 0)[0]:
                    child = 0
                    continue
                return self._died(status)
            now, ticks = time.monotonic(), _cpu_ticks(child)
            if getattr(self.search, "is_free", False) and ticks - first > _FREE_TICKS:
                os.kill(child, signal.SIGKILL)
                os.waitpid(child, 0)
                self.can_be_free = False
                assert self.search is not None
                self.search.is_free = False
                return {
                    "end": "late",
                    "decisions": 0,
                    "grew": False,
                    "learned": self.search.export(),
                }
            if ticks - used > 2:
                quiet_since, used = now, ticks
            elif now - quiet_since > self.patience_s:
                return self._stuck(child)
        if child:
            os.waitpid(child, 0)
        return told

    def _message(self) -> Told | None:
        if len(self.held) < 4:
            return None
        (size,) = struct.unpack_from("I", self.held)
        if len(self.held) < 4 + size:
            return None
        data, self.held = self.held[4 : 4 + size], self.held[4 + size :]
        told: Told = marshal.loads(data)
        return told

    def _died(self, status: int) -> Told:
        code = os.waitstatus_to_exitcode(status)
        self.held = b""
        return _without_a_word("exception" if code else "ok", "ended by itself", code)

    def _stuck(self, child: int) -> Told:
        from paraviz.schedule.inside.stuck import has_children, where

        place = where(child)
        others = "other processes" if has_children(child) else ""
        if not others and self.engine.others_able[0]:
            others = "what blocks outside of what is controlled"
        if others:
            # Others have a say in it: nobody is to be blamed for a wait for them.
            uncontrolled.learn([f"{others} ({place})"])
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            self.held = b""
            return {"end": "lost", "decisions": 0, "grew": False, "learned": None}
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        self.held = b""
        return stuck_told(place)


def stuck_told(place: str) -> Told:
    """An execution that waited for what is not under control, there."""
    return _without_a_word("stuck", place, None)


def _without_a_word(kind: str, text: str, code: int | None) -> Told:
    """An execution whose process did not live to tell."""
    raised = []
    blocked: list[Any] = []
    if kind == "exception":
        name = signal.Signals(-code).name if code is not None and code < 0 else "exit"
        raised = [{"worker": "", "type": name, "text": text, "file": "", "line": 0, "function": ""}]
    if kind == "stuck":
        file, _colon, line = text.partition(":")
        line, _space, what = line.partition(" ")
        blocked = [
            {
                "worker": "",
                "what": what or "waits outside of what is controlled",
                "name": "",
                "holder": "",
                "file": file,
                "line": int(line) if line.isdecimal() else 0,
                "function": "",
            }
        ]
    outcome = {
        "kind": kind,
        "output": streams.OUT.text(),
        "errors": "",
        "exit_code": code,
        "raised": raised,
        "blocked": blocked,
    }
    return {
        "end": kind,
        "decisions": 0,
        "key": repr((kind, text, code)),
        "switches": 0,
        "outcome": outcome,
        "numbers": [],
        "schedule": "",
        "grew": False,
        "learned": None,
        "is_lost": True,
    }


def _has_grown() -> bool:
    """Whether more is known to matter than before."""
    from paraviz.schedule.inside import access

    if access.State.stored_by_module:
        access.State.stored_by_module = False
        tracing.replan()
        return True
    return KNOWN.grew


def _learn(known: Any) -> None:
    from paraviz.schedule.inside import access

    hot, tried, ends, written, rounds, stuck_at = known
    KNOWN.hot.update(hot)
    KNOWN.tried.update(tried)
    KNOWN.ends_matter |= ends
    KNOWN.many_rounds.update(rounds)
    KNOWN.stuck_at.update(map(frozenset, stuck_at))
    before = len(access.written)
    access.written.update(written)
    if len(access.written) != before:
        tracing.replan()


def _cpu_ticks(pid: int) -> int:
    """The CPU time it used, in clock ticks."""
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            fields = file.read().rpartition(b")")[2].split()
        return int(fields[11]) + int(fields[12])
    except (OSError, IndexError):
        return 0
