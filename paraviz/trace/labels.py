"""What a person reads for an event and for a state, wherever one is shown or exported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz import events as ev
from paraviz.trace.states import State

if TYPE_CHECKING:
    from paraviz.trace.model import Lane, Trace

_SHARED_KINDS = frozenset(ev.LOCK_KINDS + ev.WAITED_FOR_KINDS + ev.CHANNEL_KINDS)
_MARK_KINDS = frozenset(ev.MARK_KINDS)
_LANE_KINDS = frozenset((ev.THREAD_START, ev.JOIN_BEGIN, ev.JOIN_END))
_PROCESS_KINDS = frozenset((ev.PROCESS_START, ev.PROCESS_JOIN_BEGIN, ev.PROCESS_JOIN_END))
_TASK_KINDS = frozenset((ev.TASK_BEGIN, ev.TASK_END))


def subject(trace: Trace, kind: int, obj: int) -> str:
    """What an event is about: a lock in backquotes, a mark in quotes, a lane's name, or ""."""
    if obj < 0:
        return ""
    if kind in _SHARED_KINDS:
        return f"`{trace.objects[obj].name}`"
    if kind in _MARK_KINDS:
        return f'"{trace.objects[obj].name}"'
    if kind in _TASK_KINDS:
        return trace.objects[obj].name
    return trace.lanes[obj].name if kind in _LANE_KINDS | _PROCESS_KINDS else ""


def event_label(trace: Trace, kind: int, obj: int) -> str:
    """An event in a few words: "acquire `lock`", "start printer-a", "write"."""
    return f"{ev.KIND_NAMES[kind]} {subject(trace, kind, obj)}".rstrip()


def state_label(trace: Trace, lane: Lane, state: int, cause: int) -> str:
    """A state in a few words, with what caused it where that is known: "waiting for lock `lock`",
    "blocked: join printer-a". `cause` is a row of the lane's events, or -1."""
    known = State(state)
    if cause < 0 or known not in (State.WAITING_LOCK, State.BLOCKED):
        return known.label
    kind, obj = int(lane.kinds[cause]), int(lane.objects[cause])
    if known is State.WAITING_LOCK:
        return f"waiting for lock {subject(trace, kind, obj)}".rstrip()
    return f"{known.label}: {event_label(trace, kind, obj)}"
