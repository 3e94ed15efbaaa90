"""One phase of an exploration, in a process of its own."""

from __future__ import annotations

import json
import os
import sys
import time

from paraviz.schedule.inside import access, executing, install, stuck
from paraviz.schedule.inside.exploring import Loop
from paraviz.schedule.inside.knowledge import KNOWN
from paraviz.schedule.inside.names import State
from paraviz.schedule.inside.own import is_own
from paraviz.schedule.inside.program import Program
from paraviz.schedule.inside.search.detailed import Detailed
from paraviz.schedule.inside.search.simple import Replays, Search
from paraviz.schedule.inside.supervising import PATIENCE_S, SAFE, die_with_parent
from paraviz.schedule.inside.tally import Tally
from paraviz.schedule.inside.tokens import read
from paraviz.schedule.inside.uncontrolled import met, watch

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Message = dict[str, Any]

_MEMORY_BYTES = 6 << 30


def run_phase(order: Message, descriptor: int) -> None:
    """Explore as ordered, and tell what came out, a line each."""

    def tell(message: Message) -> None:
        data = json.dumps(message).encode() + b"\n"
        at = 0
        while at < len(data):
            at += os.write(descriptor, data[at:])

    program = Program(order["path"], order["module"], order["values"], order["arguments"])
    program.load()
    watch()
    tally = Tally()
    how = {"grain": order["grain"], "under_gil": order.get("under_gil", False)}
    executor: Any
    if order["executor"] == "here":
        executor = _Judged(program, tally, how)
        executor.safe = SAFE | set(order.get("preload", ()))
    else:
        executor = executing.Forks(program, tally, how, PATIENCE_S)
    if order.get("replay"):
        _replay(order, executor, tell)
        return
    loop = Loop(order, tally, tell)

    def finish() -> None:
        result = loop.result()
        if getattr(executor, "is_single", False):
            result.update(is_single=True, exhausted=True)
        result["uncontrolled"] = met()
        result["known"] = _told_known()
        result["unsafe"] = getattr(executor, "unsafe", "")
        tell(result)

    if order.get("known"):
        _know(order["known"])
    if order.get("again") is not None:
        executor.explore(lambda each: _again(loop, each, order["again"]), finish)
    else:
        executor.explore(loop, finish)


class _Judged(executing.Here):
    """Executions in this process, as long as the program uses nothing that speaks against it."""

    unsafe = ""
    safe: frozenset[str] = SAFE

    def run(self, search: Search) -> Message:
        told = super().run(search)
        if self.count == 1:
            self.unsafe = self._what_may_leak()
            if self.unsafe:
                told["end"] = "parted"
                told["grew"] = False
        if met():
            self.unsafe = met()[0]
            told["end"] = "parted"
            told["grew"] = False
        return told

    def _what_may_leak(self) -> str:
        """A module that the program uses and that may remember an execution, or ""."""
        spaces = [self.program.main_names]
        for name in sorted(set(sys.modules) - self.program.before):
            if is_own(_file(sys.modules[name])):
                spaces.append(vars(sys.modules[name]))
            elif name.startswith("paraviz."):
                continue
            elif name == "logging" and "concurrent.futures" in sys.modules:
                # Which imports it; whether the program does, too, is asked below.
                continue
            elif name.partition(".")[0] not in self.safe and not name.startswith("_"):
                return name
        # And what was there before it.
        for space in spaces:
            for thing in list(space.values()):
                name = ""
                if isinstance(thing, type(sys)):
                    name = thing.__name__
                elif isinstance(thing, (type, type(_file), type(len))):
                    name = thing.__module__ or ""
                root = name.partition(".")[0]
                module = sys.modules.get(name)
                if root in self.safe or not root or root.startswith("_") or is_own(_file(module)):
                    continue
                if root not in ("builtins", "paraviz"):
                    return name
        return ""


def _file(module: Any) -> str:
    return getattr(module, "__file__", None) or ""


def _again(loop: Loop, executor: Any, schedules: list[tuple[list[int], str]]) -> None:
    """Each of these schedules once, as far as time allows: whether the same comes out."""
    search = Replays([numbers for numbers, _key in schedules])
    for _numbers, key in schedules:
        if time.monotonic() > loop.until:
            break
        executor.until = loop.until + 5.0
        told = executor.run(search)
        search.merge(None)
        loop.tally.add(told)
        if told.get("key") != key:
            loop.parted = "again"
            break


def _told_known() -> list[Any]:
    hot, tried = map(list, KNOWN.hot), map(list, KNOWN.tried)
    return [list(hot), list(tried), KNOWN.ends_matter, sorted(access.written)]


def _know(known: Any) -> None:
    """What an exploration before has learned."""
    hot, tried, ends, written = known
    KNOWN.hot.update(tuple(each) for each in hot)
    KNOWN.tried.update(tuple(each) for each in tried)
    KNOWN.ends_matter |= ends
    access.written.update(written)


def _replay(order: Message, executor: Any, tell: Any) -> None:
    """One execution along a schedule, told in detail."""
    KNOWN.everything = True
    search = Detailed(read(order["replay"]), executor.program)
    found: list[Message] = []

    def finish() -> None:
        told = found[0] if found else {"is_single": True}
        if found:
            executor.tally.add(told)
        outcomes = list(executor.tally.outcomes.values())
        tell({"end": True, "replayed": told, "outcomes": outcomes, "uncontrolled": met()})

    executor.explore(lambda each: found.append(each.run(search)), finish)


def prepare() -> None:
    """What all phases share, once."""
    # What we need later, and the program is not to be blamed for.
    import linecache
    import tokenize
    import traceback

    assert linecache and tokenize and traceback
    _limit_memory()
    stuck.prepare()
    install.install()
    os.register_at_fork(after_in_child=_end_with_parent)


def _end_with_parent() -> None:
    """What the program forks ends with who forked it, however that ends."""
    if not State.is_forking:
        die_with_parent()


def _limit_memory() -> None:
    try:
        import resource

        _soft, hard = resource.getrlimit(resource.RLIMIT_AS)
        most = _MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(hard, _MEMORY_BYTES)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    except (ImportError, OSError, ValueError):
        pass
