"""What a finding is, and what the rules look at."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, get_args

from msgspec import Struct

from paraviz.analysis.findings.pools import pools

if TYPE_CHECKING:
    from paraviz.analysis import figures
    from paraviz.analysis.findings.pools import Pool
    from paraviz.text.translation import Phrase
    from paraviz.trace.cancellation import Pace
    from paraviz.trace.index import StateIndex
    from paraviz.trace.model import Trace

Kind = Literal[
    "deadlock",
    "exhausted_pool",
    "forked_locked",
    "forked_without_thread",
    "stuck",
    "join_before_drain",
    "pipe_full",
    "loop_blocked",
    "killed",
    "task_lost",
    "raised",
    "silent_exception",
    "lost_updates",
    "lock_lost",
    "set_from_thread",
    "unbalanced_pool",
    "idle_workers",
    "queued",
    "given_up_joined",
    "pickling_bound",
    "cut_off_with_work",
    "serialised",
    "lock_convoy",
    "starved",
    "oversubscribed",
    "gil_bound",
]
"""Which rule found it."""
KINDS: tuple[Kind, ...] = get_args(Kind)

Severity = Literal["fault", "waste"]
"""A fault makes results wrong or missing, or the program hang; waste makes it slower."""

WORTH_NS = 10_000_000
"""Waste of less time than this is not worth a word."""


class Finding(Struct, frozen=True):
    """Something in a run that is wrong or wasteful, and where it is."""

    kind: Kind
    """Which rule found it."""
    severity: Severity
    """How bad it is."""
    told: Phrase
    """One sentence with its figures."""
    at_ns: int
    """Where it begins on the timeline."""
    until_ns: int
    """Where it ends."""
    lane_index: int
    """The worker that it is about most, as a row of `Trace.lanes`."""
    object_index: int = -1
    """The lock or the variable, as a row of `Trace.objects`, or -1."""
    cost_ns: int = 0
    """The workers' time that was lost by it, all of them together; 0 where it is none."""
    proof: tuple[tuple[str, float], ...] = ()
    """The figures that prove it, by name; those in ns end in `_ns`."""
    more: int = 0
    """Of the last one listed of its kind: how many more there are that are not listed."""


class Material:
    """What the rules look at."""

    def __init__(
        self, trace: Trace, index: StateIndex, known: figures.Material, pace: Pace
    ) -> None:
        """`known`: what figures are taken from as well. `pace`: is told how far a rule is, and may
        call it off."""
        self.trace = trace
        self.index = index
        self.known = known
        self.pace = pace
        self.hangs: list[Finding] | None = None
        """What `hangs.explained` found, once it did."""

    @cached_property
    def pools(self) -> list[Pool]:
        """The pools of workers."""
        return pools(self.trace)
