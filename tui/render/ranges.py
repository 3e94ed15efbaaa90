"""What lies between two moments, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.text.translation import _, localized, percent
from paraviz.trace import State

from .doing import lane_name, state_verb
from .glyphs import STATE_TONES
from .inks import PLAIN, QUIET, Ink, Row, worded
from .times import time_text

if TYPE_CHECKING:
    from .view import TraceView


def range_sentence(view: TraceView, lane_index: int, start_ns: int, end_ns: int) -> tuple[Row, Row]:
    """Two rows: what the chosen worker did in [start_ns, end_ns), and how many ran at once."""
    if not view.trace.lanes:
        return [], []
    length = max(end_ns - start_ns, 1)
    times = view.index.time_in_states(np.array([start_ns, end_ns], np.int64))[:, :, 0]
    head = worded(
        _("{length} from {start} to {end}"),
        QUIET,
        length=(time_text(end_ns - start_ns), Ink(mood="bold")),
        start=(time_text(start_ns), PLAIN),
        end=(time_text(end_ns), PLAIN),
    )
    head += [(" · ", QUIET), lane_name(view, lane_index)]
    for state in State:
        part = int(times[state, lane_index])
        if part and state is not State.NOT_ALIVE:
            share = percent(part, length)
            words = f" {state_verb(view.trace, state)} "
            head += [(words, Ink(STATE_TONES[state])), (share, PLAIN)]
    threads = [lane.kind != "task" for lane in view.trace.lanes]
    average = times[State.RUNNING][threads].sum() / length
    told = (localized(f"{average:.2f}"), PLAIN)
    return head, worded(_("on average {count} workers run at once"), QUIET, count=told)
