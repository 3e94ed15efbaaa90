"""States of a run's lanes: from the operating system's record where there is one, else from events
and within what can be. While a run goes on, of what is recent only."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from paraviz.session.settled import Settled, Tail
from paraviz.session.switched import WOKEN_NS, LastSwitches
from paraviz.trace.states.at_rest import with_rests
from paraviz.trace.states.budget import within_budget
from paraviz.trace.states.from_events import with_states
from paraviz.trace.states.from_kernel import with_kernel_states
from paraviz.trace.states.late import with_late
from paraviz.trace.states.of_tasks import with_task_states
from paraviz.trace.states.sampled import with_sampled_states

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paraviz.kernel.records import Switches
    from paraviz.session.builder import ProcessSoFar, TraceBuilder
    from paraviz.session.kernel_recording import KernelAccount
    from paraviz.session.process_watcher import Looks
    from paraviz.trace.model import Lane, SharedObject, Stand
    from paraviz.trace.recent import Recent

    Derive = Callable[[Sequence[Tail]], Sequence[Lane]]


class Moment(Struct, frozen=True, eq=False):
    """What a run has come to, without its states."""

    lanes: list[Lane]
    objects: tuple[SharedObject, ...]
    stands: tuple[Stand, ...]
    switches: Switches | None
    """None where nothing is recorded."""
    now_ns: int
    """ns since the run's origin."""
    of: ProcessSoFar
    """The program's first process."""


class Deriving:
    """Derives states, and knows what of them is settled."""

    def __init__(
        self, builder: TraceBuilder, account: KernelAccount, looks: Looks, cpus: int
    ) -> None:
        self._builder = builder
        self._account = account
        self._looks = looks
        self._cpus = cpus
        self.settled = Settled()
        self._before = LastSwitches()

    @property
    def recent(self) -> tuple[Recent, ...]:
        """What was derived anew of a run that goes on; () if all of it was."""
        return self.settled.recent if self.settled.is_past else ()

    def whole(self, moment: Moment) -> list[Lane]:
        """The lanes with their states, all of them derived from everything."""
        tails = [Tail(lane, lane.start_ns, 0, lane.start_ns) for lane in moment.lanes]
        return list(self._derive(moment, None)(tails))

    def so_far(self, moment: Moment) -> list[Lane]:
        """The lanes of a run that goes on: what is settled is as it was."""
        spent = self._account.spent(self._builder.origin or 0).times
        derive = self._derive(moment, self.settled)
        keys = self._builder.keys()
        return self.settled.with_states(moment.lanes, keys, moment.now_ns, derive, spent)

    def _derive(self, moment: Moment, settled: Settled | None) -> Derive:
        if moment.switches is None:
            return partial(self._inferred, moment)
        return partial(self._recorded, moment, moment.switches, settled)

    def _recorded(
        self,
        moment: Moment,
        switches: Switches,
        settled: Settled | None,
        tails: Sequence[Tail],
    ) -> list[Lane]:
        """States from the operating system's record."""
        origin = self._builder.origin or 0
        wakings = self._account.wakings(origin)
        lanes = [tail.lane for tail in tails]
        if settled is not None and settled.since_ns is not None:
            lanes, switches = self._before.recent(tails, switches, settled.since_ns)
            wakings = wakings.rows(wakings.times >= settled.since_ns - WOKEN_NS)
        derive = partial(
            with_kernel_states,
            switches=switches,
            waits=self._account.waits(origin),
            spent=self._account.spent(origin),
            wakings=wakings,
            objects=moment.objects,
            gil=moment.of.gil,
            switch_interval_s=moment.of.switch_interval_s,
        )
        return with_task_states(lanes, derive)

    def _inferred(self, moment: Moment, tails: Sequence[Tail]) -> list[Lane]:
        """States from events alone."""
        bound = partial(self._bounded, moment, tails)
        interval_s = moment.of.switch_interval_s
        lanes = [tail.lane for tail in tails]
        return with_states(lanes, gil=moment.of.gil, switch_interval_s=interval_s, bound=bound)

    def _bounded(self, moment: Moment, tails: Sequence[Tail], lanes: Sequence[Lane]) -> list[Lane]:
        """States that are inferred, within what can be."""
        origin, gil = self._builder.origin or 0, moment.of.gil
        spent = self._account.spent(origin)
        used = [
            max(0, used - tail.ran_ns) if used >= 0 else used
            for used, tail in zip(self._builder.cpu_times(), tails, strict=True)
        ]
        lanes = with_late(with_rests(lanes, moment.stands), moment.objects, spent, gil=gil)
        lanes = [
            lane if lane.probes else replace(lane, start_ns=tail.birth_ns)
            for lane, tail in zip(lanes, tails, strict=True)
        ]
        lanes = with_sampled_states(lanes, self._looks.used, origin)
        return within_budget(lanes, spent, used, self._cpus, gil=gil)
