"""States as they are drawn: each has a glyph and a tone, and is told apart by either alone."""

from __future__ import annotations

from paraviz.trace import State

STATE_GLYPHS: dict[State, str] = {
    State.NOT_ALIVE: " ",
    State.RUNNING: "█",
    State.WAITING_CPU: "▒",
    State.WAITING_GIL: "░",
    State.WAITING_LOCK: "╳",
    State.BLOCKED: "─",
}
STATE_TONES: dict[State, str] = {
    State.NOT_ALIVE: "",
    State.RUNNING: "",
    State.WAITING_CPU: "cpu",
    State.WAITING_GIL: "gil",
    State.WAITING_LOCK: "lock",
    State.BLOCKED: "blocked",
}
