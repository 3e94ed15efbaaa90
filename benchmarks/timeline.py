"""The timeline of long runs: building its index, asking it, and drawing whole frames, headless.

All of it is one thread's work and counted in its CPU time: others may use the machine too.
"""

from __future__ import annotations

import statistics
import time
import tracemalloc
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.trace import Lane, Program, State, Trace
from paraviz.trace.index import StateIndex
from paraviz.trace.model import States
from paraviz.tui.render.lanes import lane_rows
from paraviz.tui.render.shares import edges_of
from paraviz.tui.render.view import TraceView
from paraviz.tui.render.viewport import Viewport

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paraviz.tui.render.inks import Row

LANES, COLUMNS = 60, 200
INTERVALS = (100_000, 1_000_000, 10_000_000)
FRAMES = 100
ROUNDS = 5
SEED = 7
TO_REACH = {"bytes": 17, "rate": 5_000_000, "median_ms": 8, "p95_ms": 16, "flat": 2}
_STATES = (State.RUNNING, State.WAITING_GIL, State.BLOCKED, State.WAITING_CPU, State.WAITING_LOCK)
_LIKELY = (0.4, 0.2, 0.2, 0.1, 0.1)
_LENGTHS_NS = (300, 20_000, 2_000_000)
"""On average: in a critical section, a turn of the GIL, a sleep."""
_LENGTHS_LIKELY = (0.5, 0.49, 0.01)
_EVENTS_EVERY = 8
"""Intervals."""


def measure() -> dict[str, object]:
    """Runs of each length: what the index takes, and what it and whole frames cost."""
    runs = {intervals: _measured(intervals) for intervals in INTERVALS}
    longest, frame = runs[INTERVALS[-1]], runs[INTERVALS[-1]]["frame"]
    medians = [run["frame"]["median_ms"] for run in runs.values()]
    flat = max(medians) / min(medians)
    reached = {
        "bytes_an_interval": longest["index"]["bytes_an_interval"] <= TO_REACH["bytes"],
        "intervals_a_second": longest["index"]["intervals_a_second"] >= TO_REACH["rate"],
        "frame_median": frame["median_ms"] <= TO_REACH["median_ms"],
        "frame_p95": frame["p95_ms"] <= TO_REACH["p95_ms"],
        "frame_flat": flat <= TO_REACH["flat"],
    }
    return {
        "lanes": LANES,
        "columns": COLUMNS,
        "runs": {str(intervals): run for intervals, run in runs.items()},
        "dearest_to_cheapest_run": round(flat, 2),
        "to_reach": TO_REACH,
        "reached": reached,
    }


def run_of(intervals: int, lanes: int = LANES) -> TraceView:
    """A run of so many intervals, as the app draws it: the same one each time."""
    random = np.random.default_rng(SEED)
    made = [_lane(random, number, intervals // lanes) for number in range(lanes)]
    trace = Trace(
        Program("long"),
        tuple(made),
        wall_ns=max(lane.end_ns for lane in made),
        exit_code=0,
        end_reason="ended",
    )
    return TraceView.of(trace)


def viewports(trace: Trace, count: int) -> list[Viewport]:
    """Views of every width, from all of a run to the narrowest there is, at random places."""
    random = np.random.default_rng(SEED)
    whole = Viewport.over(trace.start_ns, trace.end_ns)
    shares = np.geomspace(1, whole.least_ns / whole.span_ns, count)
    spans = np.maximum(whole.span_ns * random.permutation(shares), whole.least_ns).astype(np.int64)
    starts = [int(random.integers(whole.low_ns, whole.high_ns - span + 1)) for span in spans]
    return [
        replace(whole, start_ns=start, end_ns=start + int(span))
        for start, span in zip(starts, spans, strict=True)
    ]


def draw(view: TraceView, viewport: Viewport) -> list[Row]:
    """A frame: all lanes, a row each."""
    return lane_rows(view, viewport, COLUMNS, range(len(view.trace.lanes)), 1)


def costs(work: Callable[[Viewport], object], views: Sequence[Viewport]) -> dict[str, float]:
    """What `work` takes on these views, in ms of CPU time: median, p95 and most."""
    taken = []
    for viewport in views:
        begun = time.thread_time()
        work(viewport)
        taken.append(1e3 * (time.thread_time() - begun))
    taken.sort()
    return {
        "median_ms": round(statistics.median(taken), 2),
        "p95_ms": round(taken[int(0.95 * (len(taken) - 1))], 2),
        "most_ms": round(taken[-1], 2),
    }


def _lane(random: np.random.Generator, number: int, intervals: int) -> Lane:
    """A worker in phases: now it takes turns, now it does everything at random."""
    scales = random.choice(_LENGTHS_NS, intervals, p=_LENGTHS_LIKELY)
    lengths = random.exponential(scales).astype(np.int64) + 100
    states = random.choice(np.array(_STATES, np.uint8), intervals, p=_LIKELY)
    rows = np.arange(intervals)
    turns = rows // (intervals // 37 + 1) % 3 == number % 3
    states[turns] = np.where(rows[turns] % 2, State.RUNNING, State.WAITING_GIL)
    ends = np.cumsum(lengths)
    starts = ends - lengths
    times = starts[::_EVENTS_EVERY].copy()
    kinds = np.full(len(times), ev.LOCK_ACQUIRED, np.uint8)
    kinds[::2] = ev.WRITE
    writes = kinds == ev.WRITE
    return Lane(
        name=f"worker-{number}",
        pid=100,
        tid=100 + number,
        kind="thread",
        start_ns=0,
        end_ns=int(ends[-1]),
        end_reason="returned",
        times=times,
        kinds=kinds,
        objects=np.where(writes, ev.STDOUT, -1).astype(np.int32),
        values=writes.astype(np.int64),
        sites=np.full(len(times), -1, np.int32),
        text="x" * int(writes.sum()),
        emitted=len(times),
        states=States(starts, states, np.full(intervals, -1, np.int32)),
    )


def _measured(intervals: int) -> dict[str, dict[str, float]]:
    view = run_of(intervals)
    trace, index = view.trace, view.index
    rows = sum(len(lane.states) for lane in trace.lanes)
    built = _least_s(lambda: StateIndex(trace.lanes))
    before = StateIndex([_without_end(lane) for lane in trace.lanes])
    random = viewports(trace, FRAMES)
    whole = [Viewport.over(trace.start_ns, trace.end_ns)] * ROUNDS
    for first in random[:ROUNDS]:
        draw(view, first)

    def ask(viewport: Viewport) -> None:
        index.in_columns(edges_of(viewport, COLUMNS))

    grown = _least_s(lambda: before.grown(trace.lanes))
    return {
        "index": {
            "intervals_a_second": round(rows / built),
            "bytes_an_interval": round(index.nbytes / rows, 2),
            "most_memory_to_its_own": round(_most_memory(trace) / index.nbytes, 2),
            "grown_by_a_hundredth_to_built": round(grown / built, 2),
        },
        "lookup_of_the_whole": costs(ask, whole),
        "lookup": costs(ask, random),
        "frame_of_the_whole": costs(lambda viewport: draw(view, viewport), whole),
        "frame": costs(lambda viewport: draw(view, viewport), random),
    }


def _without_end(lane: Lane) -> Lane:
    """The lane as it was when it had a hundredth less."""
    rows = len(lane.states) * 99 // 100
    states = lane.states
    kept = States(states.starts[:rows], states.states[:rows], states.causes[:rows])
    return replace(lane, states=kept, end_ns=int(states.starts[rows]))


def _least_s(work: Callable[[], object]) -> float:
    """The least CPU time of some rounds, in s."""
    taken = []
    for _ in range(ROUNDS):
        begun = time.thread_time()
        work()
        taken.append(time.thread_time() - begun)
    return min(taken)


def _most_memory(trace: Trace) -> int:
    """The most memory that building an index takes, itself included, in bytes."""
    tracemalloc.start()
    StateIndex(trace.lanes)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most
