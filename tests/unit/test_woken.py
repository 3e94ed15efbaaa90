"""From when on a thread that was off its CPU waited for one."""

from __future__ import annotations

import pytest

from paraviz import events as ev
from paraviz.kernel.records import EXIT, IN, OUT, PREEMPTED
from paraviz.kernel.spent import parsed, spent_of
from paraviz.kernel.waits import READY, waits_of
from paraviz.trace import SharedObject
from paraviz.trace.states.from_kernel import with_kernel_states
from paraviz.trace.states.partition import state_totals
from tests import traces
from tests.traces import Event
from tests.unit.strategies import state_at
from tests.unit.switching import LETTERS, MS, columns

END_MS = 20
PIPE = (
    SharedObject("multiprocessing.Connection", "r", peer=1),
    SharedObject("multiprocessing.Connection", "w", peer=0),
)


def told(
    own: list[Event],
    others: list[Event],
    *,
    switches: tuple[tuple[float, int, int], ...] = ((2, 1, OUT), (10, 1, IN)),
    looks: tuple[tuple[float, int], ...] = (),
    accounts: tuple[tuple[float, float], ...] = (),
    gil: bool = False,
    other_pid: int = 101,
    other_end: float = END_MS,
) -> str:
    """A letter a ms of a thread's life: (running, CPU, GIL, lock, blocked). `switches`: (ms,
    thread, kind), of the thread 1 and of another one, 2; `accounts`: (ms, ms waited for a CPU)."""

    def scaled(rows: list[Event]) -> list[Event]:
        return [(int(at * MS), kind, obj, value) for at, kind, obj, value in rows]

    made = [
        traces.lane("one", scaled(own), end_ns=END_MS * MS, tid=1),
        traces.lane("two", scaled(others), end_ns=int(other_end * MS), tid=2, pid=other_pid),
    ]
    rows = [(int(at * MS), tid, (100, other_pid)[tid - 1], 0, kind) for at, tid, kind in switches]
    lane = with_kernel_states(
        made,
        columns(rows),
        waits_of((int(at * MS), 1, reason) for at, reason in looks),
        spent_of((int(at * MS), 1, 0, int(waited * MS)) for at, waited in accounts),
        PIPE,
        gil=gil,
        switch_interval_s=0.005,
    )[0]
    assert sum(state_totals(lane).values()) == lane.end_ns
    return "".join(LETTERS[state_at(lane, at * MS)] for at in range(END_MS))


@pytest.mark.parametrize(
    ("begin", "obj", "others", "end"),
    [
        (ev.RECEIVE_WAIT, 0, [(5, ev.SEND, 1, 9), (8, ev.SEND, 1, 9)], ev.RECEIVE),
        (ev.GET_WAIT, 0, [(4, ev.PUT, 0, 0), (5, ev.PUT, 0, 0)], ev.WAIT_END),
        (ev.PUT_WAIT, 0, [(4, ev.GET, 0, 0), (5, ev.GET, 0, 0)], ev.WAIT_END),
        (ev.WAIT_BEGIN, 0, [(5, ev.SET, 0, 0)], ev.WAIT_END),
        (ev.WAIT_BEGIN, 0, [(5, ev.NOTIFY, 0, 0), (12, ev.NOTIFY, 0, 0)], ev.WAIT_END),
        (ev.LOCK_WAIT, 0, [(1, ev.LOCK_RELEASED, 0, 0), (5, ev.LOCK_RELEASED, 0, 0)],
         ev.LOCK_ACQUIRED),
    ],
)  # fmt: skip
def test_from_what_another_did_on_it_waits_for_a_cpu(
    begin: int, obj: int, others: list[Event], end: int
) -> None:
    own = [(1, begin, obj, 0), (11, end, obj, 0)]
    waits = "L" if begin == ev.LOCK_WAIT else "B"
    assert told(own, others) == "RR" + waits * 3 + "C" * 5 + "R" * 10
    elsewhere = [(at, kind, 1 - thing, value) for at, kind, thing, value in others]
    assert told(own, elsewhere) == "RR" + waits * 8 + "R" * 10


def test_who_gives_up_was_woken_by_the_clock() -> None:
    own = [(1, ev.WAIT_BEGIN, 0, 0), (11, ev.WAIT_ABANDONED, 0, 0)]
    assert told(own, [(5, ev.NOTIFY, 0, 0)])[2:10] == "B" * 8


def test_a_get_is_for_its_own_put() -> None:
    own = [(1, ev.GET_WAIT, 0, 0), (11, ev.WAIT_END, 0, 0), (11, ev.GET, 0, 3)]
    assert told(own, [(4, ev.PUT, 0, 2), (6, ev.PUT, 0, 3), (8, ev.PUT, 0, 4)])[2:10] == "BBBBCCCC"


def test_a_join_lasts_until_the_system_has_seen_the_end() -> None:
    own = [(1, ev.PROCESS_JOIN_BEGIN, 1, 0), (11, ev.PROCESS_JOIN_END, 1, 0)]
    switches = (2.0, 1, OUT), (5.0, 2, EXIT), (10.0, 1, IN)
    assert told(own, [], switches=switches, other_end=4)[2:10] == "BBBCCCCC"
    assert told(own, [], other_end=4)[2:10] == "BBCCCCCC"


def test_who_was_seen_ready_had_been_woken() -> None:
    assert told([], [], looks=((4, 0), (6, READY), (8, READY)))[2:10] == "BBBBCCCC"
    # What is seen as it leaves the CPU may have been just before.
    assert told([], [], looks=((2.1, READY),))[2:10] == "B" * 8


def test_a_message_that_lay_there_before_woke_nobody() -> None:
    own = [(1, ev.RECEIVE_WAIT, 0, 0), (11, ev.RECEIVE, 0, 9)]
    assert told(own, [(1, ev.SEND, 1, 9)])[2:10] == "B" * 8


def test_as_long_as_the_system_accounts() -> None:
    assert told([], [], accounts=((1, 7), (11, 10)))[2:10] == "BBBBBCCC"
    # Who lost the CPU by force waited for another one from then on; the rest is the other's.
    switches = (2, 1, OUT), (10, 1, IN), (12, 1, PREEMPTED), (16, 1, IN)
    assert told([], [], switches=switches, accounts=((1, 0), (17, 6)))[2:16] == "BBBBBBCCRRCCCC"
    # An event says from when on at the earliest, a look at the latest.
    own, others = [(1, ev.WAIT_BEGIN, 0, 0), (11, ev.WAIT_END, 0, 0)], [(5, ev.SET, 0, 0)]
    assert told(own, others, accounts=((1, 0), (11, 8)))[2:10] == "BBBCCCCC"
    assert told(own, others, accounts=((1, 0), (11, 2)))[2:10] == "BBBBBBCC"
    # What is shared by two goes to that which nothing else explains only as the last one.
    switches = (2, 1, OUT), (10, 1, IN), (12, 1, OUT), (16, 1, IN)
    accounts = ((1.0, 0.0), (17.0, 7.0))
    assert told(own, others, switches=switches, accounts=accounts)[2:16] == "BBBCCCCCRRBBCC"


def test_between_two_looks_only() -> None:
    assert told([], [], accounts=((1, 7), (9, 10), (11, 10)))[2:10] == "B" * 8
    assert told([], [], accounts=((11, 7), (12, 10)))[2:10] == "B" * 8


def test_who_wants_the_gil_wakes_after_each_interval() -> None:
    switches = (0, 2, IN), (2, 1, OUT), (12, 1, IN)
    seen = told([], [], switches=switches, gil=True, other_pid=100)
    assert seen == "RR" + "G" * 6 + "C" * 4 + "R" * 8
    # Of what is accounted that comes first.
    accounts = ((1.0, 0.0), (13.0, 6.0))
    seen = told([], [], switches=switches, gil=True, other_pid=100, accounts=accounts)
    assert seen == "RR" + "G" * 4 + "C" * 6 + "R" * 8


def test_accounts_as_they_stand_in_proc() -> None:
    assert parsed(b"80583480 300546195 46\n") == (80583480, 300546195)
    assert parsed(b"0 0 0\n") is parsed(b"") is None


@pytest.mark.parametrize(
    ("begin", "other"),
    [
        (ev.LOCK_WAIT, ev.LOCK_RELEASED),
        (ev.GET_WAIT, ev.PUT),
        (ev.PUT_WAIT, ev.GET),
        (ev.WAIT_BEGIN, ev.NOTIFY),
    ],
)
def test_who_never_goes_on_was_not_woken_by_what_wakes_one_of_several(
    begin: int, other: int
) -> None:
    own = [(1, begin, 0, 0)]
    waits = "L" if begin == ev.LOCK_WAIT else "B"
    found = told(own, [(5, other, 0, 0)], switches=((2, 1, OUT),))
    assert found == "RR" + waits * 18
