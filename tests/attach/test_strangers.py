"""What is read of a stranger's memory: bounded, and never trusted."""

from __future__ import annotations

import dis
import os
import sys
import threading
from collections.abc import Iterator

import pytest

from paraviz.attach.circles import circles
from paraviz.attach.code import line_at, live_depth
from paraviz.attach.interpreter import Interpreter, interpreter_of
from paraviz.attach.layouts import KNOWN
from paraviz.attach.memory import Memory, Unreadable
from paraviz.attach.model import Hold, ThreadLook, Wait, Who

needs_a_known_one = pytest.mark.skipif(
    not sys.platform.startswith("linux") or sys.version_info[:2] not in KNOWN,
    reason="reads the memory of a Python that it knows, on Linux",
)


@pytest.fixture
def ours() -> Iterator[Interpreter]:
    found, version = interpreter_of(os.getpid())
    assert found is not None and version == sys.version_info[:2]
    yield found
    found.close()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_reads_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Memory(os.getpid())
    for at, count in ((0, 8), (1 << 63, 8), (1 << 40, 1 << 30), (1 << 40, -1)):
        with pytest.raises(Unreadable):
            mine.bytes(at, count)
    monkeypatch.setattr(mine, "_left", 1)
    here = id(mine)
    assert mine.word(here)
    with pytest.raises(Unreadable):
        mine.word(here)
    mine.close()


@needs_a_known_one
def test_objects_are_read_as_they_are(ours: Interpreter) -> None:
    class Thing:
        def __init__(self) -> None:
            self.first, self.other = "ä text", 2**40

    thing, objects = Thing(), ours.objects
    assert objects.type_name(id(thing)) == "Thing"
    attributes = dict(objects.attributes(id(thing)))
    assert objects.text(attributes["first"]) == "ä text"
    assert objects.integer(attributes["other"]) == 2**40
    assert not objects.attribute(id(thing), "third")
    thing.__dict__["third"] = -7
    assert objects.integer(objects.attribute(id(thing), "third")) == -7
    for one in ("", "text", "текст", "\U0001f600"):
        assert objects.text(id(one)) == one
    numbers, words = [1, 2, 3], ("a", "b")
    assert objects.sequence(id(numbers)) == tuple(map(id, numbers))
    assert objects.sequence(id(words)) == tuple(map(id, words))
    known = {"a": 1, 2: "b"}
    assert list(objects.items(id(known))) == [(id(k), id(v)) for k, v in known.items()]
    for wrong in (id(thing) + 8, 12, 1 << 50):
        with pytest.raises(Unreadable):
            objects.text(wrong)


@needs_a_known_one
def test_frames_are_those_that_python_tells(ours: Interpreter) -> None:
    me = threading.get_native_id()
    (state,) = [state for state, tid, _ in ours.states() if tid == me]
    found, line = ours.frames(state), sys._getframe().f_lineno
    # The innermost ones are those of the reader itself.
    own = next(each for each in found if each.function.startswith("test_frames"))
    assert own.file == __file__ and own.line == line
    assert own.variables["me"] == id(me) and own.globals == id(globals())
    assert "_getframe" in ours.names_used(own.code)


def test_tables_say_what_dis_says() -> None:
    def function(lock: threading.Lock, numbers: list[int]) -> int:
        with lock:
            for number in numbers:
                try:
                    print(number)
                except ValueError:
                    raise
        return 0

    code = function.__code__
    for start, end, line in code.co_lines():
        for offset in range(start, end, 2):
            assert line_at(code.co_linetable, code.co_firstlineno, offset) == (line or 0)
    if sys.version_info < (3, 15):
        entries = dis._parse_exception_table(code)  # type: ignore[attr-defined]
        for entry in entries:
            assert live_depth(code.co_exceptiontable, entry.start) == entry.depth
        assert max(entry.depth for entry in entries) > 1
    assert live_depth(b"", 0) == line_at(b"", 1, 0) == 0
    # Cut tables end; they are not read beyond.
    for cut in range(len(code.co_linetable)):
        line_at(code.co_linetable[:cut], 1, 1_000)
        live_depth(code.co_exceptiontable[:cut], 1_000)


A, B, C = (Who(1, tid) for tid in (1, 2, 3))


def thread(who: Who, wait: Wait, *, moved: bool = False) -> ThreadLook:
    return ThreadLook(who, str(who.tid), "S", wait, moved=moved)


def test_a_circle_needs_all_who_could_end_it() -> None:
    for_b, for_a = Wait("join", ends=(B,)), Wait("join", ends=(A,))
    either = Wait("put", ends=(A, C))
    asleep, stuck = Wait("sleep", limited=True), Wait("join", ends=(C,))
    assert circles({A: thread(A, for_b), B: thread(B, for_a)}) == ((A, B),)
    open_ = {A: thread(A, for_b), B: thread(B, either), C: thread(C, asleep)}
    assert circles(open_) == ()
    assert circles({**open_, C: thread(C, stuck)}) == ((A, B), (C,))


def test_what_is_not_sure_closes_no_circle() -> None:
    held_by_b, for_a = Wait("lock", holds=(Hold(B, "with"),)), Wait("join", ends=(A,))
    unsure = Wait("lock", holds=(Hold(B, "with", sure=False),))
    assert circles({A: thread(A, held_by_b), B: thread(B, for_a)}) == ((A, B),)
    assert circles({A: thread(A, unsure), B: thread(B, for_a)}) == ()
    assert circles({A: thread(A, held_by_b, moved=True), B: thread(B, for_a)}) == ()
    limited = Wait("join", ends=(A,), limited=True)
    assert circles({A: thread(A, held_by_b), B: thread(B, limited)}) == ()
