"""Critical paths of random programs, played by hand: workers that let each other go on in every way
there is. Who ended each wait is known, since the play decides it; going back along that by hand is
the oracle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import SharedObject
from tests import traces
from tests.traces import MS, Event
from tests.unit.figuring import figures_of

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

Way = Literal[
    "queue",
    "simple queue",
    "connection",
    "event",
    "condition",
    "lock",
    "semaphore",
    "room",
    "task_done",
    "result",
    "future",
]
WAYS: tuple[Way, ...] = (
    *("queue", "simple queue", "connection", "event", "condition", "lock", "semaphore", "room"),
    *("task_done", "result", "future"),
)
KINDS = {
    "queue": "Queue",
    "simple queue": "SimpleQueue",
    "event": "Event",
    "condition": "Condition",
    "lock": "Lock",
    "semaphore": "Semaphore",
    "room": "Queue",
    "task_done": "Queue",
    "result": "task",
    "future": "task",
}
STEP = 10 * MS
"""What is closer together than a hand-over may take is not told apart."""


class Handing(NamedTuple):
    """One worker lets another go on: how long both work before."""

    giver: int
    taker: int
    way: Way
    given_after: int
    taken_after: int


class Jump(NamedTuple):
    """Who waited, and who let it go on."""

    at: int
    lane: int
    origin: int


class Play:
    """What the workers do, one hand-over after the other."""

    def __init__(self, workers: int, *, processes: bool) -> None:
        self.processes = processes
        self.clocks = [0] * workers
        self.events: list[list[Event]] = [[] for _ in range(workers)]
        self.objects: list[SharedObject] = []
        self.jumps: list[Jump] = []
        self.begins = [0] * workers
        self.ends = [0] * workers
        self._moments = 0
        self._handed: list[Handing] = []

    def __repr__(self) -> str:
        return f"{len(self.clocks)} workers, processes: {self.processes}, {self._handed}"

    def work(self, worker: int, steps: int) -> int:
        """A worker works; no moment comes twice."""
        self._moments += 1
        whole = self.clocks[worker] // STEP + steps
        self.clocks[worker] = max(whole * STEP, self.clocks[worker]) + self._moments * 2000
        self.clocks[worker] += STEP if steps == 0 else 0
        return self.clocks[worker]

    def start_all(self) -> None:
        kind = ev.PROCESS_START if self.processes else ev.THREAD_START
        for other in range(1, len(self.clocks)):
            at = self.work(0, 1)
            self.events[0].append((at, kind, other, 0))
            self.begins[other] = self.clocks[other] = at
            self.jumps.append(Jump(at, other, 0))

    def join_all(self) -> None:
        begin, end = (
            (ev.PROCESS_JOIN_BEGIN, ev.PROCESS_JOIN_END)
            if self.processes
            else (ev.JOIN_BEGIN, ev.JOIN_END)
        )
        for other in range(1, len(self.clocks)):
            self.ends[other] = self.work(other, 1)
            at = self.work(0, 0)
            over = max(at, self.ends[other]) + 1000
            self.events[0] += [(at, begin, other, 0), (over, end, other, 0)]
            if at < self.ends[other]:
                self.jumps.append(Jump(self.ends[other], 0, other))
            self.clocks[0] = over
        self.ends[0] = self.work(0, 1)

    def hand(self, one: Handing) -> None:
        self._handed.append(one)
        obj, number = len(self.objects), len(self.jumps) * 64 + len(self.objects) + 1
        if one.way == "connection":
            self.objects += [
                SharedObject("Connection", f"here {obj}", peer=obj + 1),
                SharedObject("Connection", f"there {obj}", peer=obj),
            ]
        else:
            name = f"work({obj})" if one.way in ("result", "future") else f"thing {obj}"
            self.objects.append(SharedObject(KINDS[one.way], name))
        begun = self.work(one.giver, 0)
        given = self.work(one.giver, one.given_after)
        taken = self.work(one.taker, one.taken_after)
        waits = taken < given
        got = given + 1000 if waits else taken
        self.clocks[one.taker] = got
        if waits:
            self.jumps.append(Jump(given, one.taker, one.giver))
        self._tell(one, obj, number, (begun, given, taken, got), waits=waits)

    def _tell(
        self,
        one: Handing,
        obj: int,
        number: int,
        at: tuple[int, int, int, int],
        *,
        waits: bool,
    ) -> None:
        """The events of both, as the probes have them."""
        begun, given, taken, got = at
        giver, taker = self.events[one.giver], self.events[one.taker]
        waiting: list[Event] = []
        if one.way in ("queue", "simple queue"):
            giver.append((given, ev.PUT, obj, number))
            waiting = [(taken, ev.GET_WAIT, obj, 0), (got, ev.WAIT_END, obj, 0)]
            taker += [*(waiting if waits else []), (got, ev.GET, obj, number)]
        elif one.way == "connection":
            giver.append((given, ev.SEND, obj, 8))
            waiting = [(taken, ev.RECEIVE_WAIT, obj + 1, 0)]
            taker += [*(waiting if waits else []), (got, ev.RECEIVE, obj + 1, 8)]
        elif one.way in ("event", "condition", "task_done"):
            giver.append((given, ev.SET if one.way == "event" else ev.NOTIFY, obj, 0))
            waiting = [(taken, ev.WAIT_BEGIN, obj, 0), (got, ev.WAIT_END, obj, 0)]
            taker += waiting if waits else []
        elif one.way in ("lock", "semaphore"):
            giver += [(begun, ev.LOCK_ACQUIRED, obj, 0), (given, ev.LOCK_RELEASED, obj, 0)]
            waiting = [(taken, ev.LOCK_WAIT, obj, 0)]
            taker += [*(waiting if waits else []), (got, ev.LOCK_ACQUIRED, obj, 0)]
        elif one.way == "room":
            giver.append((given, ev.GET, obj, number))
            waiting = [(taken, ev.PUT_WAIT, obj, 0), (got, ev.WAIT_END, obj, 0)]
            taker += [*(waiting if waits else []), (got, ev.PUT, obj, number + 1)]
        elif one.way == "result":
            giver += [(begun, ev.TASK_BEGIN, obj, number), (given, ev.TASK_END, obj, number)]
            # An executor's worker that has nothing to do ends because it is told to: none is idle.
            if not any(kind == ev.TASK_BEGIN for _, kind, _, _ in giver[:-2]):
                giver.append((self.begins[one.giver], ev.TASK_BEGIN, obj, number + (1 << 41)))
            giver.append((given + 100, ev.TASK_BEGIN, obj, number + (1 << 40)))
            waiting = [(taken, ev.RESULT_WAIT, obj, number), (got, ev.RESULT, obj, number)]
            taker += waiting if waits else []
        else:
            giver.append((given, ev.RESULT_SET, obj, number))
            waiting = [(taken, ev.RESULT_WAIT, obj, number), (got, ev.RESULT, obj, number)]
            taker += waiting if waits else []


@st.composite
def plays(draw: DrawFn) -> Play:
    """Two to four workers and up to a dozen hand-overs."""
    workers = draw(st.integers(2, 4))
    play = Play(workers, processes=draw(st.booleans()))
    play.start_all()
    pair = st.permutations(range(workers)).map(lambda order: order[:2])
    for (giver, taker), way, given_after, taken_after in draw(
        st.lists(
            st.tuples(pair, st.sampled_from(WAYS), st.integers(1, 6), st.integers(1, 6)),
            max_size=12,
        )
    ):
        play.hand(Handing(giver, taker, way, given_after, taken_after))
    play.join_all()
    return play


@settings(max_examples=40)
@given(plays())
def test_the_path_is_the_chain_of_those_that_let_each_other_go_on(play: Play) -> None:
    lanes = [
        traces.lane(
            "abcd"[index],
            sorted(play.events[index], key=lambda event: event[0]),
            start_ns=play.begins[index],
            end_ns=play.ends[index],
            pid=index if play.processes else 0,
            tid=index,
        )
        for index in range(len(play.clocks))
    ]
    trace = replace(traces.trace(lanes, play.objects, gil=False), truth="kernel")
    path = figures_of(trace, 0, play.ends[0]).critical
    found = [
        (int(lane), int(start), int(end))
        for lane, start, end in zip(path.lanes, path.starts, path.ends, strict=True)
    ]
    assert _joined(found) == going_back(play)


def going_back(play: Play) -> list[tuple[int, int, int]]:
    """Who is on it, from when, until when."""
    lane, until = 0, play.ends[0]
    result = []
    while True:
        before = [jump for jump in play.jumps if jump.lane == lane and jump.at < until]
        if not before:
            result.append((lane, 0, until))
            return [each for each in result[::-1] if each[1] < each[2]]
        jump = max(before, key=lambda each: each.at)
        result.append((lane, jump.at, until))
        lane, until = jump.origin, jump.at


def _joined(parts: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
    """Neighbours of one lane as one."""
    result: list[tuple[int, int, int]] = []
    for lane, start, end in parts:
        if result and result[-1][0] == lane:
            result[-1] = lane, result[-1][1], end
        else:
            result.append((lane, start, end))
    return result
