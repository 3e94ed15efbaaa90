"""Random traces whose states are no consequence of their events, and ranges of them."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Literal

import numpy as np
from hypothesis import strategies as st
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.analysis.figures import figures
from paraviz.trace import Lane, SharedObject, State, Trace
from paraviz.trace.index import index_of
from paraviz.trace.states.partition import partition
from tests import traces

if TYPE_CHECKING:
    from hypothesis.strategies import DrawFn

    from paraviz.analysis.figures import Figures
    from paraviz.trace.model import LaneKind

FAR = 16
"""ns: short, so that random times often meet."""
_KINDS = (
    *(ev.THREAD_START, ev.JOIN_BEGIN, ev.JOIN_END, ev.PROCESS_JOIN_BEGIN, ev.PROCESS_JOIN_END),
    *(*ev.LOCK_KINDS, ev.WAIT_BEGIN, ev.WAIT_END, ev.WAIT_ABANDONED, ev.SET, ev.NOTIFY),
    *(*ev.PUT_KINDS, ev.SEND, ev.RECEIVE_WAIT, ev.RECEIVE),
    *(ev.TASK_BEGIN, ev.TASK_END, ev.SPAN_BEGIN, ev.SPAN_END, ev.RESULT_WAIT, ev.RESULT),
)
_WAITING: tuple[tuple[int, ...], ...] = (
    (ev.JOIN_BEGIN, ev.JOIN_END),
    (ev.LOCK_WAIT, ev.LOCK_ACQUIRED),
    (ev.WAIT_BEGIN, ev.WAIT_END),
    (ev.GET_WAIT, ev.GET),
    (ev.GET_WAIT, ev.WAIT_END, ev.GET),
    (ev.GET_WAIT, ev.WAIT_END, ev.GET_WAIT, ev.WAIT_END, ev.GET),
    (ev.RECEIVE_WAIT, ev.RECEIVE),
    (ev.RECEIVE_WAIT, ev.WAIT_END, ev.RECEIVE),
    (ev.RESULT_WAIT, ev.RESULT),
)


@st.composite
def some_lane(draw: DrawFn, name: str, kinds: tuple[int, ...]) -> Lane:
    """A lane of random events and states."""
    start, end = sorted(draw(st.tuples(*[st.integers(-FAR, FAR)] * 2)))
    about, value = st.integers(-1, 1), st.integers(0, 2)
    moment = st.integers(-FAR, FAR)
    event = st.tuples(moment, st.sampled_from(kinds), about, value)
    events = draw(st.lists(event, max_size=10))
    # Waits as a program has them: rare among events drawn one by one.
    for begun, length, whole, obj, number in draw(
        st.lists(
            st.tuples(moment, st.integers(0, 9), st.sampled_from(_WAITING), about, value),
            max_size=3,
        )
    ):
        last = len(whole) - 1
        events += [
            (begun + length * place // last, kind, obj, number) for place, kind in enumerate(whole)
        ]
    events.sort(key=lambda event: event[0])
    kind: LaneKind = draw(st.sampled_from(["process", "thread", "thread", "task"]))
    lane = traces.lane(name, events, start_ns=start, end_ns=end, kind=kind)
    rows = sorted(draw(st.lists(st.tuples(moment, st.integers(1, 5)), max_size=12)))
    at, states = np.array(rows, np.int64).reshape(-1, 2).T
    causes = np.arange(len(rows), dtype=np.int32) % (len(events) + 1) - 1
    return replace(lane, states=partition(start, end, at, states.astype(np.uint8), causes))


@st.composite
def some_traces(draw: DrawFn, kinds: tuple[int, ...] = _KINDS) -> Trace:
    """A trace of up to four workers with much to do with each other."""
    count = draw(st.integers(0, 4))
    made = [draw(some_lane("abcd"[index], kinds)) for index in range(count)]
    # What is about a lane has to be about one that there is.
    made = [replace(lane, objects=np.minimum(lane.objects, count - 1)) for lane in made]
    truth: Literal["kernel", "inferred"] = draw(st.sampled_from(["kernel", "inferred"]))
    one, two = draw(st.sampled_from(_NAMES))
    objects = (SharedObject("Lock", one, peer=1), SharedObject("Lock", two, peer=0))
    return replace(traces.trace([], objects), lanes=tuple(made), truth=truth)


_NAMES = (("f × 4", "f × 2"), ("f(1)", "f(2)"), ("f(1)", "g"), ("f", "any task"))


def ranges() -> st.SearchStrategy[tuple[int, int]]:
    """Begin and end, outside the trace and of no length included."""
    moment = st.integers(-FAR - 5, FAR + 5)
    return st.tuples(moment, moment).map(lambda two: (min(two), max(two)))


def moments(lane: Lane) -> dict[int, tuple[State, int]]:
    """State and cause at each ns of a lane's life."""
    starts = lane.states.starts.tolist()
    return {
        at: (State(int(lane.states.states[row])), int(lane.states.causes[row]))
        for row, (begin, end) in enumerate(itertools.pairwise([*starts, lane.end_ns]))
        for at in range(begin, end)
    }


def states_within(lane: Lane, start_ns: int, end_ns: int) -> list[State]:
    """The state at each ns of a range."""
    known = moments(lane)
    return [known.get(at, (State.NOT_ALIVE, -1))[0] for at in range(start_ns, end_ns)]


def figures_of(trace: Trace, start_ns: int, end_ns: int) -> Figures:
    """The figures of a range."""
    found = figures(trace, index_of(trace), start_ns, end_ns)
    assert found is not None
    return found
