"""The operating system's account of a run: asked for, required or left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from paraviz.kernel import perf
from paraviz.kernel.processes import ProcessSeen, processes_seen
from paraviz.kernel.records import Switches, exits, in_order
from paraviz.kernel.spent import Spent, spent_joined, spent_of
from paraviz.kernel.switches import SwitchRecorder
from paraviz.kernel.waits import WaitPoller, Waits, waits_joined, waits_of
from paraviz.kernel.wakings import Wakings, wakings_joined, wakings_of
from paraviz.text.notices import KERNEL_LOST, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Kernel = Literal["auto", "off", "require"]
"""Whether the operating system's own record is used: where it can be had, never, or always."""


class KernelAccount:
    """What the operating system records of one run, if it does."""

    def __init__(
        self,
        kernel: Kernel,
        recorder: SwitchRecorder | None = None,
        reported: Callable[[], Iterable[int]] = tuple,
    ) -> None:
        """`recorder`: in place of one for all CPUs; `reported`: the processes that said that they
        are there."""
        self._kernel = kernel
        self._recorder = recorder or SwitchRecorder(wakings=kernel == "require")
        self._reported = reported
        self._poller = WaitPoller(lambda: self._recorder.pids)
        self._switches: Switches | None = None
        self._waits = waits_of()
        self._spent = spent_of()
        self._wakings = wakings_of()
        self._sees_wakings = False
        self._first = 0
        self._processes: list[ProcessSeen] = []
        self._records = 0
        """How many records of them there were."""

    def check(self) -> None:
        """Raises KernelError if it is required and cannot be had."""
        if self._kernel == "require":
            perf.require()

    def open(self, pid: int) -> None:
        """Begin to record a process. Raises KernelError if that is required and refused."""
        try:
            if self._kernel != "off":
                self._recorder.start(pid)
                self._switches = in_order(())
                self._sees_wakings = self._recorder.sees_wakings
        except OSError as error:
            if self._kernel == "require":
                raise perf.refusal(perf.explained(error)) from error
        self._first = pid if self._switches is not None else 0
        if self._switches is None:
            # What each thread ran is accounted all the same.
            self._poller = WaitPoller(lambda: {pid, *self._reported()}, calls=False)
        self._poller.start()

    def since(self, origin: int) -> Switches | None:
        """All that was recorded up to now, sorted, in ns since `origin`; None if nothing is."""
        if self._switches is None:
            return None
        fresh = self._recorder.take()
        if len(fresh):
            self._switches = in_order((self._switches, fresh))
        return self._switches.since(origin)

    def wakings(self, origin: int) -> Wakings:
        """When threads were woken, as far as that was recorded with what `since` took in; sorted,
        in ns since `origin`."""
        fresh = self._recorder.take_wakings()
        if len(fresh):
            self._wakings = wakings_joined((self._wakings, fresh))
        return self._wakings.since(origin)

    @property
    def knows_wakings(self) -> bool:
        """Whether the kernel told of each thread when it was woken."""
        return self._sees_wakings and not self._recorder.lost_wakings

    def exits(self) -> dict[int, int]:
        """When each thread ended that did, in ns of the clock, as far as `since` took it in."""
        return exits(self._switches) if self._switches is not None else {}

    def processes(self) -> list[ProcessSeen] | None:
        """The recorded process and every one that came from it, from outside; None if nothing is
        recorded."""
        if self._switches is None:
            return None
        tasks = self._recorder.tasks()
        if len(tasks) != self._records:
            self._records, self._processes = len(tasks), processes_seen(tasks, self._first)
        return self._processes

    def waits(self, origin: int) -> Waits:
        """What threads were seen waiting for up to now, sorted, in ns since `origin`."""
        fresh = self._poller.take()
        if len(fresh):
            self._waits = waits_joined(self._waits, fresh)
        return self._waits.since(origin)

    def spent(self, origin: int) -> Spent:
        """What threads had spent up to now, as far as it was seen, sorted, in ns since `origin`."""
        fresh = self._poller.take_spent()
        if len(fresh):
            self._spent = spent_joined(self._spent, fresh)
        return self._spent.since(origin)

    def notices(self) -> list[str]:
        """What the user should know of it."""
        lost = self._recorder.lost
        return [counted(KERNEL_LOST, lost)] if lost else []

    def close(self) -> None:
        """Record no more. What was recorded stays."""
        self._poller.stop()
        self._recorder.stop()
