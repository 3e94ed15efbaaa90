"""From forks, beginnings and ends to processes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paraviz.kernel import records
from paraviz.kernel.processes import ProcessSeen, processes_seen
from paraviz.kernel.tasks import Ended, Fork, Named, TaskRecords
from tests.unit.switching import odd, record

STEPS = (
    Fork(10, 2, 2, 1),
    Named(11, 2, 2, "sh", begins=True),
    Fork(12, 3, 3, 2),
    Fork(13, 3, 30, 3),
    Named(14, 3, 30, "helper", begins=False),
    Ended(15, 3, 3),
    Ended(16, 3, 30),
    Ended(17, 2, 2),
    # The number of the first is used again.
    Fork(20, 2, 2, 1),
    Fork(21, 1, 9, 1),
    Named(22, 2, 2, "true", begins=True),
)


def seen(*steps: Fork | Named | Ended) -> list[ProcessSeen]:
    tasks = TaskRecords(
        [step for step in steps if isinstance(step, Fork)],
        [step for step in steps if isinstance(step, Named)],
        [step for step in steps if isinstance(step, Ended)],
    )
    assert len(tasks) == len(steps)
    return processes_seen(tasks, 1)


@given(st.permutations(STEPS))
def test_processes_from_records_in_any_order(steps: list[Fork | Named | Ended]) -> None:
    root, shell, fork, again = seen(*steps)
    assert (root.pid, root.end, sorted(root.threads)) == (1, None, [1, 9])
    assert (shell.pid, shell.parent, shell.start, shell.end) == (2, 1, 10, 17)
    assert shell.began == [(11, "sh")]
    # It lives until its last thread does.
    assert (fork.pid, fork.parent, fork.start, fork.end) == (3, 2, 12, 16)
    assert fork.threads[30].name == "helper" and fork.began == []
    assert (again.pid, again.start, again.end, again.began) == (2, 20, None, [(22, "true")])


def test_what_is_not_known_to_have_begun_is_passed_over() -> None:
    (root,) = seen(Named(5, 7, 7, "x", begins=True), Ended(6, 7, 7), Fork(7, 7, 8, 7))
    assert root.pid == 1


def test_records_as_the_kernel_writes_them() -> None:
    tasks = TaskRecords()
    fork = odd(records.RECORD_FORK, records.TASK.pack(2, 1, 2, 1, 40))
    data = fork + record((50, 2, 2, 0, records.EXIT)) + record((60, 1, 1, 0, records.OUT))
    switches, _ = records.parsed(data, tasks)
    assert tasks.forks == [Fork(40, 2, 2, 1)] and tasks.ends == [Ended(50, 2, 2)]
    assert switches.kinds.tolist() == [records.EXIT, records.OUT]
