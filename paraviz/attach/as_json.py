"""A look for machines: the same in every language."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paraviz.attach.model import Look, ThreadLook, Who


def as_json(look: Look) -> dict[str, object]:
    """All of it."""
    return {
        "processes": [
            {
                "pid": process.pid,
                "parent": process.parent or None,
                "name": process.name,
                "python": process.version or None,
                "refused": process.refused or None,
                "threads": [_thread(each) for each in process.threads],
            }
            for process in look.processes
        ],
        "deadlocks": [list(map(_who, circle)) for circle in look.circles],
    }


def _who(who: Who) -> dict[str, int]:
    return {"pid": who.pid, "tid": who.tid}


def _thread(thread: ThreadLook) -> dict[str, object]:
    wait = thread.wait
    return {
        "tid": thread.who.tid,
        "name": thread.name,
        "state": thread.letter,
        "line": thread.line or None,
        "function": thread.function or None,
        "of_the_program": thread.is_own,
        "ran_meanwhile": thread.moved,
        "stack": list(thread.stack),
        "waits": {
            "kind": wait.kind,
            "for": wait.thing or None,
            "held_by": [
                {**_who(hold.who), "known_by": hold.how, "line": hold.place or None}
                for hold in wait.holds
            ],
            "ended_by": list(map(_who, wait.ends)),
            "processes": list(wait.processes),
            "has_limit": wait.limited,
            "note": wait.note or None,
            "counts": list(wait.counts),
        },
    }
