"""The middle: everything that makes a run yields a `Trace`; everything that shows one takes it."""

from __future__ import annotations

from paraviz.trace.model import Lane, Program, SharedObject, Site, Trace
from paraviz.trace.states.partition import State

__all__ = ["Lane", "Program", "SharedObject", "Site", "State", "Trace"]
