"""The figures for machines: English keys that stay, times in ns, lanes by their numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.analysis.figures.descriptions import explained
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from paraviz.analysis.figures.compute import Figures

PARTS_LIMIT = 50
"""Parts of the critical path that are told one by one: the longest ones."""
_KEYS = {state: f"{state.name.lower()}_ns" for state in State if state is not State.NOT_ALIVE}


def as_json(figures: Figures) -> dict[str, object]:
    """All figures, ready for JSON.

    The states of a worker add up to its life in the range, those of the critical path to the range,
    and so do its workers, unless nobody ran. Place k of the tasks' `histogram` counts those from
    2 ** (k - 1) to below 2 ** k ns, the first one those that took no time.
    """
    return {
        "start_ns": figures.start_ns,
        "end_ns": figures.end_ns,
        "wall_ns": figures.wall_ns,
        "cpu_ns": figures.cpu_ns,
        "parallelism": {
            "average": figures.parallelism.average,
            "most": figures.parallelism.most,
            "time_by_count_ns": figures.parallelism.by_count.tolist(),
            "edges_ns": figures.parallelism.edges.tolist(),
            "over_time": figures.parallelism.over_time.tolist(),
        },
        "speedup": figures.speedup,
        "tasks_speedup": figures.tasks_speedup,
        "switches": {
            "voluntary": int(figures.switches.voluntary.sum()),
            "forced": int(figures.switches.forced.sum()),
        },
        "workers": _workers(figures),
        "fairness": {
            "workers": list(figures.fairness.lanes),
            "of_running": figures.fairness.of_running,
            "of_wishes": figures.fairness.of_wishes,
        },
        "critical_path": _critical_path(figures),
        "locks": [
            {
                "object": lock.object_index,
                "name": lock.name,
                "wait_ns": lock.wait_ns,
                "longest_wait_ns": lock.longest_wait_ns,
                "waits": lock.waits,
                "acquisitions": lock.acquisitions,
                "held_ns": lock.held_ns,
            }
            for lock in figures.locks
        ],
        "tasks": _tasks(figures),
        "queues": [
            {
                "name": queue.name,
                "least": queue.least,
                "mean": queue.mean,
                "most": queue.most,
                "known_ns": queue.known_ns,
            }
            for queue in figures.queues
        ],
        "explained": {figure.name: figure.phrase.english for figure in explained(figures)},
    }


def _workers(figures: Figures) -> list[dict[str, object]]:
    """Those that lived in the range, asyncio's tasks included."""
    alive = figures.times[State.RUNNING :].sum(axis=0)
    return [
        {
            "lane": lane,
            **{key: int(figures.times[state, lane]) for state, key in _KEYS.items()},
            "voluntary": int(figures.switches.voluntary[lane]),
            "forced": int(figures.switches.forced[lane]),
        }
        for lane in np.flatnonzero(alive).tolist()
    ]


def _critical_path(figures: Figures) -> dict[str, object]:
    path, trace = figures.critical, figures.trace
    times = path.times
    by_lane = path.times_by_lane(len(trace.lanes))
    return {
        "parts": len(path),
        "changes": path.changes,
        **{key: int(times[state]) for state, key in _KEYS.items()},
        "not_alive_ns": int(times[State.NOT_ALIVE]),
        "workers": [
            {"lane": lane, "time_ns": int(by_lane[lane])}
            for lane in np.flatnonzero(by_lane).tolist()
        ],
        "longest": [
            {
                "lane": int(path.lanes[row]),
                "start_ns": int(path.starts[row]),
                "end_ns": int(path.ends[row]),
                "why": path.why(trace, row),
            }
            for row in path.longest(PARTS_LIMIT)
        ],
    }


def _tasks(figures: Figures) -> dict[str, object]:
    found = figures.tasks
    longest = {
        "name": found.longest_name,
        "lane": found.longest_lane,
        "start_ns": found.longest_start_ns,
        "length_ns": found.longest_ns,
    }
    return {
        "count": found.count,
        "own_ns": found.own_ns,
        "median_ns": found.median_ns,
        "p95_ns": found.p95_ns,
        "longest": longest if found.count else None,
        "histogram": found.histogram.tolist(),
    }
