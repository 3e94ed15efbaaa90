"""Which tests of the standard library are run, where this interpreter ships them."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec


@dataclass(frozen=True, slots=True)
class Selection:
    """Tests that run in one process."""

    name: str
    """As the table and `--module` say."""
    names: tuple[str, ...]
    """What `unittest` is to load."""
    needs: str
    """The module without which there is nothing to run."""
    limit_s: float = 300.0
    """How long either run may take."""

    @property
    def shipped(self) -> bool:
        """Whether this interpreter has them."""
        try:
            return find_spec(self.needs) is not None
        except ModuleNotFoundError:
            return False


def _whole(name: str, limit_s: float = 300.0) -> Selection:
    return Selection(name, (f"test.{name}",), f"test.{name}", limit_s)


def _multiprocessing(method: str) -> Selection:
    """Not every interpreter ships `test_multiprocessing_fork` and its like, which do no more than
    ask for the tests by a start method."""
    return Selection(f"mp_{method}", (f"mp_{method}",), "test._test_multiprocessing", 900.0)


_FUTURES = "test_concurrent_futures"

WHOLE = (
    _whole("test_thread"),
    _whole("test_threading"),
    _whole("test_threading_local"),
    _whole("test_threadedtempfile"),
    _whole("test_threadsignals"),
    _whole("test_queue"),
    _whole("test_sched"),
    _whole("test_fork1"),
    _whole("test_logging"),
    *(
        _whole(f"test_asyncio.{name}")
        for name in (
            "test_locks", "test_queues", "test_tasks", "test_threads", "test_runners",
            "test_base_events", "test_events", "test_subprocess", "test_unix_events",
        )
    ),
    *(_multiprocessing(method) for method in ("fork", "spawn", "forkserver")),
    _whole("test_multiprocessing_main_handling"),
    _whole(_FUTURES, 900.0),
)  # fmt: skip


def _part(module: str, *classes: str) -> Selection:
    whole = next(selection for selection in WHOLE if selection.name == module)
    names = tuple(f"{whole.names[0]}.{name}" for name in classes)
    return Selection(f"part of {module}", names, whole.needs, 120.0)


BOUNDED = (
    _part(
        "test_threading",
        "LockTests", "ConditionAsRLockTests", "EventTests", "ConditionTests", "SemaphoreTests",
        "BoundedSemaphoreTests", "BarrierTests", "TimerTests", "ThreadTests", "ExceptHookTests",
    ),
    _part("test_thread", "ThreadRunningTests", "LockTests", "BarrierTest"),
    _part("test_queue", "CQueueTest", "CLifoQueueTest", "CPriorityQueueTest", "CSimpleQueueTest"),
    _part("test_asyncio.test_locks", "LockTests", "ConditionTests"),
    _part(
        "mp_fork",
        "WithProcessesTestSemaphore", "WithProcessesTestEvent", "WithProcessesTestQueue",
        "WithProcessesTestSubclassingProcess", "WithManagerTestLock", "WithManagerTestSemaphore",
        "WithThreadsTestConnection", "TestWait", "TestInitializers",
    ),
    _part("mp_spawn", "WithProcessesTestSemaphore", "TestInitializers", "TestSimpleQueue"),
)  # fmt: skip
"""What the test suite runs, in well under a minute."""
