"""What a process says of itself and its lanes, as the bodies of messages.

They are JSON, made by hand: `json.dumps` reads so much memory that a forked child has never
touched before that it would take longer than the fork itself.
"""

from __future__ import annotations

from _json import encode_basestring_ascii as _quoted

from paraviz import events as ev

TYPE_CHECKING = False
if TYPE_CHECKING:
    from paraviz.observe.lane import Lane

TEXT_LIMIT = 2_000
"""Characters of one name or notice that are sent."""

Field = str | int | float | None


def described(message_type: int, **fields: Field) -> bytes:
    """A message of these fields; texts are cut off."""
    parts = [f'"{name}":{_encoded(value)}' for name, value in fields.items()]
    return ev.message(message_type, f"{{{','.join(parts)}}}".encode("ascii"))


def _encoded(value: Field) -> str:
    if isinstance(value, str):
        return str(_quoted(value[:TEXT_LIMIT]))
    if value is None:
        return "null"
    if value is True or value is False:
        return "true" if value else "false"
    return repr(value)


def begin_of(pid: int, lane: Lane) -> bytes:
    """A lane begins, or has a new name."""
    return described(
        ev.LANE,
        pid=pid,
        lane=lane.number,
        name=lane.name,
        tid=lane.tid,
        kind=lane.kind,
        at_ns=lane.started_ns,
    )


def end_of(pid: int, lane: Lane) -> bytes:
    """A lane ends."""
    return described(
        ev.CLOSED,
        pid=pid,
        lane=lane.number,
        name=lane.name,
        reason=lane.reason,
        emitted=lane.sent + lane.dropped,
        cpu_ns=lane.cpu_used_ns,
    )
