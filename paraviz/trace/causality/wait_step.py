"""A step from a worker to the one that it waits for."""

from __future__ import annotations

from typing import Literal, NamedTuple

Why = Literal[
    "lock",
    "permit",
    "gil",
    "turn",
    "join",
    "task",
    "reads",
    "ends",
    "step",
    "loop",
    "one",
    "next",
    "begins",
]


class Step(NamedTuple):
    """Whom a worker waits for."""

    lane_index: int
    """The other worker; the same one, where it holds what it waits for itself."""
    why: Why
    """It holds the lock ("lock"), the only permit of the semaphore that is out ("permit"), or the
    GIL; it runs in the thread in which the worker, a task, is ready ("turn"); its end is waited for
    ("join"), or that of one of several ("one"); it is in the task whose result is waited for
    ("task"), or begins that later ("begins"); it alone reads what is sent ("reads"); what it does
    later ends the wait ("ends"). It is the task whose step the worker, a thread, is in ("step"), or
    the first to go on in its event loop ("next"); or the thread whose event loop would have to run
    what a task of its own waits for in a step ("loop")."""
    at_ns: int = -1
    """When it does what it does later; -1 for the other reasons."""
