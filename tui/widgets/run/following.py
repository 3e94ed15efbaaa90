"""Following what a worker waits for, and where in the source everybody is."""

from __future__ import annotations

from functools import partial
from pathlib import PurePath
from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from paraviz import events as ev
from paraviz.text.translation import N_, _
from paraviz.trace import State
from paraviz.trace.causality.wait_chain import chain, circle

from ...commands import Command
from ...render.doing import doing
from ...render.inks import row_text
from ...render.inside import spans_around
from ...render.spans import Span, span_at
from ...render.times import time_text
from ...render.tracks import Track
from .searching import Searching

if TYPE_CHECKING:
    from textual.notifications import SeverityLevel

    from ...render.view import TraceView
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
    "permit": N_("{other} has a permit of what {worker} waits for"),
    "gil": N_("{other} has the GIL that {worker} waits for"),
    "turn": N_("{other} runs in the thread that {worker} waits for"),
    "join": N_("{worker} waits for the end of {other}"),
    "task": N_("{other} is at the task that {worker} waits for"),
    "reads": N_("{other} reads what {worker} sends"),
    "ends": N_("{other} ends the wait of {worker} at {time}"),
    "step": N_("{worker} is in a step of {other}"),
    "loop": N_("{other} has to run, in its event loop, what {worker} waits for"),
    "one": N_("{other} is one of those that {worker} waits for"),
    "next": N_("{other} is the first to go on in the event loop of {worker}, at {time}"),
    "begins": N_("{other} begins at {time} what {worker} waits for"),
}
_ITSELF = N_("{worker} holds itself what it waits for")
_AT_ONCE = 100_000
"""Events of a trace whose edges are worked out in the loop."""


class Following(Searching):
    """Keys that lead to causes."""

    def action_follow(self) -> None:
        """Choose whom the chosen worker waits for at the cursor, or at the end of what is known."""
        view = self.view
        if view is None or self.selected.kind not in ("lane", "spans"):
            return
        lane, cursor = self.selected.number, self.cursor_ns
        if view.edges.are_known or view.trace.events <= _AT_ONCE:
            self._follow(view, lane, cursor)
            return
        self.notify(_("One moment: who ended which wait is being worked out."), timeout=3)
        work = partial(self._find_edges, view, lane, cursor)
        self.run_worker(work, group="follow", thread=True, exclusive=True)

    def _find_edges(self, view: TraceView, lane: int, cursor_ns: int | None) -> None:
        len(view.edges)
        if not get_current_worker().is_cancelled:
            self.app.call_from_thread(self._found_edges, view, lane, cursor_ns)

    def _found_edges(self, view: TraceView, lane: int, cursor_ns: int | None) -> None:
        """Go on, unless another worker or moment has been chosen since."""
        if (self.lane, self.cursor_ns) == (lane, cursor_ns):
            self._follow(view, lane, cursor_ns)

    def _follow(self, view: TraceView, lane: int, cursor_ns: int | None) -> None:
        at_ns = view.trace.end_ns - 1 if cursor_ns is None else cursor_ns
        self.ready_edges = view.edges
        steps = chain(view.trace, view.locks, view.edges, lane, at_ns)
        name = view.labels[lane]
        if not steps and self._along_flow(view, lane, at_ns):
            return
        if not steps:
            self.notify(_ends_there(view, lane, at_ns), markup=False, timeout=4)
            return
        step = steps[0]
        chosen = _WORDS[step.why] if step.lane_index != lane else _ITSELF
        words = _(chosen).format(
            worker=name, other=view.labels[step.lane_index], time=time_text(step.at_ns)
        )
        found = circle(lane, steps)
        if found:
            names = " ← ".join(view.labels[each] for each in (*found, found[0]))
            words += " · " + _("deadlock: {names}").format(names=names)
        severity: SeverityLevel = "error" if found else "information"
        self.notify(words, markup=False, timeout=4, severity=severity)
        self.choose(Track("lane", step.lane_index))

    def _along_flow(self, view: TraceView, lane: int, at_ns: int) -> bool:
        """Go where the span at the cursor was led from or, if from nowhere, leads to, in the trace
        of another tool: from a kernel to its launch, and back."""
        if view.trace.flows is None or self.viewport is None:
            return False
        around = spans_around(view, lane, at_ns)
        start, end = around[-1][1:3] if around else (at_ns, at_ns)
        edges = [each for each in view.edges.touching(lane, start, end) if each.kind == "flow"]
        if not edges:
            return False
        edge = min(edges, key=lambda each: each.to_lane != lane)
        arrives = edge.to_lane == lane
        other, when = (edge.from_lane, edge.from_ns) if arrives else (edge.to_lane, edge.to_ns)
        words = _("led to by {worker} at {time}") if arrives else _("leads to {worker} at {time}")
        told = words.format(worker=view.labels[other], time=time_text(when))
        self.notify(told, markup=False, timeout=4)
        self.span = None
        self.cursor_ns = max(min(when, view.trace.end_ns - 1), view.trace.start_ns)
        self.viewport = self.viewport.pan(0).reveal(self.cursor_ns)
        self.choose(Track("lane", other))
        return True

    def on_source_asked(self, message: Source.Asked) -> None:
        """Find all events of a line."""
        message.stop()
        # A search finds parts of names; there is no way to ask for a quotation mark.
        place = f"{PurePath(message.file).name}:{message.line}".rpartition('"')[2].strip()
        self.look_for(f'at:"{place}"' if len(place.split()) > 1 else f"at:{place}")


def _ends_there(view: TraceView, lane: int, at_ns: int) -> str:
    """What a worker does that waits for nobody, or for nobody that is known."""
    span = span_at(view.trace, lane, at_ns)
    name = view.labels[lane]
    if span.state is State.NOT_ALIVE:
        return _("{worker} does not live at {time}").format(worker=name, time=time_text(at_ns))
    words = _("{worker} {does}, for {length} so far (since {time})")
    if span.state in (State.WAITING_LOCK, State.BLOCKED) and not _ends_by_itself(view, span):
        words = _("{worker} {does}, for {length} so far (since {time}); who ends that is not known")
    does = row_text(doing(view, span))
    length, since = time_text(at_ns - span.start_ns), time_text(span.start_ns)
    return words.format(worker=name, does=does, length=length, time=since)


def _ends_by_itself(view: TraceView, span: Span) -> bool:
    """Whether it is a wait that no worker ends."""
    if span.cause < 0:
        return False
    lane = view.trace.lanes[span.lane_index]
    kind, obj = int(lane.kinds[span.cause]), int(lane.objects[span.cause])
    sleeps = kind == ev.COROUTINE_AWAIT and obj >= 0 and view.trace.objects[obj].name == "sleep"
    return sleeps or kind in (ev.SLEEP_BEGIN, ev.READ_BEGIN)
