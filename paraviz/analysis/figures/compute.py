"""The figures of a run, or of any range of one: computed in a thread of their own, with progress
and cancel, since they look at every state in the range.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from paraviz.analysis.figures.analysis_cache import Material
from paraviz.analysis.figures.contention import lock_losses, queue_depths_within
from paraviz.analysis.figures.critical import critical_path
from paraviz.analysis.figures.running import parallelism, switches, workers
from paraviz.analysis.figures.sharing import fairness, time_by_worker
from paraviz.analysis.figures.tasks import task_lengths
from paraviz.trace.cancellation import CalledOff, Pace
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraviz.analysis.figures.contention import LockLoss, QueueDepth
    from paraviz.analysis.figures.critical import CriticalPath
    from paraviz.analysis.figures.running import Parallelism, Switches
    from paraviz.analysis.figures.sharing import Fairness
    from paraviz.analysis.figures.tasks import TaskLengths
    from paraviz.trace.index import StateIndex
    from paraviz.trace.model import Times, Trace


class Figures(Struct, frozen=True, eq=False):
    """What a range of a run says in numbers; `explained` says what they mean."""

    trace: Trace
    """Whose."""
    start_ns: int
    """The range's begin."""
    end_ns: int
    """Its end."""
    cpu_ns: int
    """The time workers ran, all together."""
    parallelism: Parallelism
    """How many ran at once."""
    switches: Switches
    """How often they ceased to run."""
    times: Times
    """int64[len(State), L]: ns of each state of each lane; NOT_ALIVE has what is not its life."""
    fairness: Fairness
    """How evenly they ran."""
    critical: CriticalPath
    """What decided how long it took."""
    locks: tuple[LockLoss, ...]
    """The locks that were used, by time lost."""
    tasks: TaskLengths
    """How long the tasks took."""
    queues: tuple[QueueDepth, ...]
    """How full the queues were."""

    @property
    def wall_ns(self) -> int:
        """The range's length."""
        return self.end_ns - self.start_ns

    @property
    def speedup(self) -> float:
        """Against the same running one after another: running time over wall time."""
        return self.cpu_ns / self.wall_ns if self.wall_ns else 0.0

    @property
    def tasks_speedup(self) -> float | None:
        """Against the tasks one after another: their own time over wall time; None without any."""
        if not self.tasks.count or not self.wall_ns:
            return None
        return self.tasks.own_ns / self.wall_ns


def figures(
    trace: Trace,
    index: StateIndex,
    start_ns: int,
    end_ns: int,
    progress: Callable[[float], None] | None = None,
    is_cancelled: Callable[[], bool] | None = None,
    material: Material | None = None,
) -> Figures | None:
    """The figures of [start_ns, end_ns), or None if they were cancelled.

    `index`: that of all lanes of the trace. `progress` is told the share that is done, 0 to 1;
    `is_cancelled` is asked as often, and oftener. `material`: that of an earlier call about the
    same trace, here or for `findings`; it then costs less. Raises ValueError where the range ends
    before it begins.
    """
    if end_ns < start_ns:
        raise ValueError(f"a range from {start_ns} to {end_ns}")
    pace, material = Pace(progress, is_cancelled), material or Material(trace)
    material.pace = pace
    try:
        return _figures(trace, index, start_ns, end_ns, pace, material)
    except CalledOff:
        return None
    finally:
        material.pace = Pace()


def _figures(
    trace: Trace, index: StateIndex, start_ns: int, end_ns: int, pace: Pace, material: Material
) -> Figures:
    # The shares are about what each took in a run of ten million states and three million events.
    pace.part(0.1)
    at_once = parallelism(trace, index, start_ns, end_ns, pace)
    times = time_by_worker(trace, index, start_ns, end_ns)
    pace.part(0.15)
    ceased = switches(trace, start_ns, end_ns, pace)
    pace.part(0.5)
    critical = critical_path(trace, material.jumps, start_ns, end_ns, pace)
    pace.part(0.9)
    losses = lock_losses(material.locks, start_ns, end_ns, pace)
    pace.part(0.95)
    lengths = task_lengths(trace, material.tasks, start_ns, end_ns, pace)
    pace.part(1.0)
    depths = queue_depths_within(material.depths, start_ns, end_ns)
    pace(1.0)
    return Figures(
        trace=trace,
        start_ns=start_ns,
        end_ns=end_ns,
        cpu_ns=int(times[State.RUNNING, workers(trace)].sum()),
        parallelism=at_once,
        switches=ceased,
        times=times,
        fairness=fairness(trace, times),
        critical=critical,
        locks=losses,
        tasks=lengths,
        queues=depths,
    )
