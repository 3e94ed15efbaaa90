"""One event in the emitting thread, beside reading the clock and beside a `Queue.put`."""

from __future__ import annotations

import multiprocessing
import statistics
import time
from collections.abc import Callable

from paraviz import events as ev
from paraviz.observe.lane import Lane

ROUNDS = 15
EVENTS = 20_000
PUTS = 4_000


def measure() -> dict[str, object]:
    """Medians over rounds in which all candidates take turns."""
    lane = Lane(0, "benchmark")
    word = ev.word(ev.LOCK_ACQUIRED, 7)
    queue: multiprocessing.Queue[tuple[int, int]] = multiprocessing.Queue()
    samples: dict[str, list[float]] = {name: [] for name in ("clock", "two", "four", "put")}
    for _ in range(ROUNDS):
        samples["clock"].append(_each(time.perf_counter_ns, EVENTS))
        samples["two"].append(_each_with(lane.emit, (word,), EVENTS))
        samples["four"].append(_each_with(lane.emit_value, (word, 1), EVENTS))
        lane.events.drop()
        samples["put"].append(_each_with(queue.put, ((word, 1),), PUTS))
        for _ in range(PUTS):
            queue.get()
    queue.close()
    queue.join_thread()
    median = {name: statistics.median(values) for name, values in samples.items()}
    return {
        "perf_counter_ns": round(median["clock"], 1),
        "event_two_fields_ns": round(median["two"], 1),
        "event_four_fields_ns": round(median["four"], 1),
        "queue_put_ns": round(median["put"], 1),
        "event_over_clock": round(median["two"] / median["clock"], 2),
        "to_reach": "event_over_clock <= 1.0",
        "reached": median["two"] <= median["clock"],
    }


def _each(call: Callable[[], object], times: int) -> float:
    """ns a call, the loop's own cost included, as in a program."""
    begin = time.perf_counter_ns()
    for _ in range(times):
        call()
    return (time.perf_counter_ns() - begin) / times


def _each_with(call: Callable[..., object], arguments: tuple[object, ...], times: int) -> float:
    argument, *rest = arguments
    begin = time.perf_counter_ns()
    if rest:
        second = rest[0]
        for _ in range(times):
            call(argument, second)
    else:
        for _ in range(times):
            call(argument)
    return (time.perf_counter_ns() - begin) / times
