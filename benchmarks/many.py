"""Twenty thousand lanes: what `info --json` takes, and a frame of all of them as one."""

from __future__ import annotations

import json
import time

import numpy as np

from paraviz.analysis.reports.info_json import told
from paraviz.trace import Lane, Program, State, Trace
from paraviz.trace.index import StateIndex
from paraviz.trace.model import Kinds, States

LANES = 20_000
COLUMNS = 180
TO_REACH = {"info_s": 2.0, "frame_ms": 100}


def measure() -> dict[str, object]:
    """CPU time of each, the figures of which are for `TO_REACH`."""
    trace = _trace()
    begun = time.process_time()
    json.dumps(told(trace))
    info_s = time.process_time() - begun
    index = StateIndex(trace.lanes)
    edges = np.linspace(trace.start_ns, trace.end_ns, COLUMNS + 1).astype(np.int64)
    everybody = range(len(trace.lanes))
    index.together(edges, everybody)
    begun = time.process_time()
    index.together(edges, everybody)
    frame_ms = 1e3 * (time.process_time() - begun)
    return {
        "lanes": LANES,
        "info_s": round(info_s, 2),
        "frame_ms": round(frame_ms, 2),
        "to_reach": TO_REACH,
        "reached": info_s <= TO_REACH["info_s"] and frame_ms <= TO_REACH["frame_ms"],
    }


def _trace() -> Trace:
    """Workers that run three times each, somewhen within a second."""
    begins = np.random.default_rng(1).integers(0, 10**9, LANES).tolist()
    states = np.tile(np.array([State.RUNNING, State.BLOCKED], np.uint8), 3)[:-1]
    lanes = tuple(_lane(row, begin, states) for row, begin in enumerate(begins))
    return Trace(Program("many"), lanes, end_reason="ended", wall_ns=10**9)


def _lane(row: int, begin: int, states: Kinds) -> Lane:
    starts = begin + np.arange(len(states), dtype=np.int64) * 1_000_000
    none = np.empty(0, np.int64)
    refs = np.empty(0, np.int32)
    return Lane(
        *(f"worker {row}", 1, row + 2, "thread", begin, begin + 6_000_000, "returned"),
        *(none, np.empty(0, np.uint8), refs, none, refs, "", 0),
        states=States(starts, states, np.full(len(states), -1, np.int32)),
    )
