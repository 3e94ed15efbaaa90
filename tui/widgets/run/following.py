"""Following what a worker waits for, and where in the source everybody is."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from paraviz.trace import State
from paraviz.trace.chain import waits_for
from paraviz.words import N_, _

from ...commands import Command
from ...render.spans import span_at
from ...render.tracks import Track
from .searching import Searching

if TYPE_CHECKING:
    from ..source import Source

FOLLOWING = (
    Command(
        "follow",
        "j",
        "j",
        "Follow the wait",
        "To the worker that the chosen one waits for, until one runs",
        "who holds it up",
        rank=4,
    ),
    Command("pane", "v", "v", "Output or source", "Which of the two is shown below the timeline"),
)
_WORDS = {
    "lock": N_("{other} holds what {worker} waits for"),
    "gil": N_("{other} has the GIL that {worker} waits for"),
    "join": N_("{worker} waits for the end of {other}"),
    "ends": N_("{other} ends the wait of {worker}"),
}


class Following(Searching):
    """Keys that lead to causes."""

    def action_follow(self) -> None:
        """Choose whom the chosen worker waits for at the cursor, or at the end of what is known."""
        view = self.view
        if view is None or self.selected.kind not in ("lane", "spans"):
            return
        lane = self.selected.number
        at = self.cursor_ns if self.cursor_ns is not None else view.trace.end_ns - 1
        edges = view.edges if self.edges_are_ready else None
        step = waits_for(view.trace, view.locks, edges, lane, at)
        name = view.labels[lane]
        if step is None:
            words = _("{worker} waits for nobody that is known")
            if span_at(view.trace, lane, at).state is State.RUNNING:
                words = _("{worker} runs")
            self.notify(words.format(worker=name), markup=False, timeout=3)
            return
        words = _(_WORDS[step.why]).format(worker=name, other=view.labels[step.lane_index])
        self.notify(words, markup=False, timeout=4)
        self.choose(Track("lane", step.lane_index))

    def on_source_asked(self, message: Source.Asked) -> None:
        """Find all events of a line."""
        message.stop()
        # A search finds parts of names; there is no way to ask for a quotation mark.
        place = f"{PurePath(message.file).name}:{message.line}".rpartition('"')[2].strip()
        self.look_for(f'at:"{place}"' if len(place.split()) > 1 else f"at:{place}")
