"""The recorded runs the pictures are of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from paraviz.formats import load
from paraviz.programs.catalogue import recording
from paraviz.tui.picture import svg

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.trace import State, Trace

DATA = Path(__file__).parents[1] / "tests" / "data"


def unlocked() -> Trace:
    """Two printers that take turns."""
    return load(DATA / "printers.pviz")


def locked() -> Trace:
    """Two printers, one after the other."""
    return load(DATA / "printers_locked.pviz")


def picture(
    scenario: str,
    lane: str = "MainThread",
    state: State | None = None,
    *,
    close: bool = False,
    keys: Sequence[str] = (),
) -> str:
    """The picture of a scenario's recording, of that lane.

    With a `state` the cursor stands in the middle of the lane's longest stretch of it; `close`
    shows the lane's own life only; `keys` are pressed last. All hold for whatever run was recorded.
    """
    path = recording(scenario)
    assert path is not None
    trace = load(path)
    index = next(index for index, each in enumerate(trace.lanes) if each.name == lane)
    life = trace.lanes[index].start_ns, trace.lanes[index].end_ns
    return svg(
        trace,
        at_ns=None if state is None else _middle(trace, index, state),
        lane_index=index,
        between_ns=life if close else None,
        keys=keys,
    )


def _middle(trace: Trace, lane_index: int, state: State) -> int:
    """The middle of the longest stretch of a state."""
    lane = trace.lanes[lane_index]
    ends = np.append(lane.states.starts[1:], lane.end_ns)
    lasted = np.where(lane.states.states == state, ends - lane.states.starts, -1)
    row = int(lasted.argmax())
    return int(lane.states.starts[row] + ends[row]) // 2
