"""What looks at silent threads tell of a trace."""

from __future__ import annotations

from msgspec.structs import replace

from paraviz import events as ev
from paraviz.session.names import callee_name
from paraviz.trace import State
from paraviz.trace.model import Stand
from paraviz.trace.states.at_rest import stand_within, with_rests
from tests.traces import MS, lane, trace


def test_a_thread_that_did_not_run_was_blocked() -> None:
    events = [(2 * MS, ev.LOCK_ACQUIRED, -1, 0), (90 * MS, ev.SLEEP_BEGIN, -1, 0)]
    made = trace([lane("a", events, end_ns=100 * MS), lane("b", [], end_ns=100 * MS)], gil=False)
    stands = (Stand(0, 10 * MS, 50 * MS), Stand(0, 60 * MS, 60 * MS), Stand(0, 80 * MS, 95 * MS))
    one, other = with_rests(made.lanes, stands)
    assert other is made.lanes[1]
    assert [
        (int(at) // MS, State(int(state)), int(cause))
        for at, state, cause in zip(
            one.states.starts, one.states.states, one.states.causes, strict=True
        )
    ] == [
        (0, State.RUNNING, -1),
        (10, State.BLOCKED, -1),
        (50, State.RUNNING, -1),
        (80, State.BLOCKED, -1),
        (90, State.BLOCKED, 1),
    ]


def test_the_last_look_in_a_stretch_tells_of_it() -> None:
    made = trace([lane("a", [], end_ns=100), lane("b", [], end_ns=100)])
    stands = tuple(Stand(row, at, at, function=f"{row}{at}") for row in (0, 1) for at in (10, 20))
    made = replace(made, stands=stands)
    for row, start, end, told in (
        (0, 0, 100, "020"),
        (0, 0, 20, "010"),
        (0, 10, 11, "010"),
        (0, 11, 20, None),
        (1, 0, 10, None),
        (1, 5, 15, "110"),
        (1, 21, 100, None),
    ):
        found = stand_within(made, row, start, end)
        assert (found.function if found else None) == told


def test_what_a_part_of_a_line_calls() -> None:
    text = "    x = self.conn.recv(1024), 'ä', ä.f(2)\n"

    def called(part: str) -> str:
        import linecache

        linecache.cache["told.py"] = (len(text), None, [text], "told.py")
        first = len(text[: text.index(part)].encode())
        return callee_name("told.py", 1, first, first + len(part.encode()))

    assert called("self.conn.recv(1024)") == "self.conn.recv"
    assert called("ä.f(2)") == "ä.f"
    assert called("x = self") == ""
    assert callee_name("no such file.py", 3, 0, 9) == ""
