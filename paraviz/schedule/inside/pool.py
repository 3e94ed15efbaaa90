"""Real threads, kept from one execution to the next."""

from __future__ import annotations

from paraviz.schedule.inside.worker import raw_lock, raw_start

TYPE_CHECKING = False
if TYPE_CHECKING:
    from paraviz.schedule.inside.engine import Engine
    from paraviz.schedule.inside.worker import Worker


class _Thread:
    """A real thread that is kept for the next worker: to make one takes 0.1 ms."""

    def __init__(self) -> None:
        self.job: tuple[Engine, Worker] | None = None
        self.gate = raw_lock()
        self.gate.acquire()


class Pool:
    """Real threads, kept between executions."""

    def __init__(self) -> None:
        self.idle: list[_Thread] = []

    def give(self, engine: Engine, worker: Worker) -> None:
        """A thread for a worker; it begins when its gate is opened."""
        if self.idle:
            thread = self.idle.pop()
        else:
            thread = _Thread()
            raw_start(self._loop, (thread,))
        thread.job = engine, worker
        worker.gate = thread.gate

    def _loop(self, thread: _Thread) -> None:
        while True:
            thread.gate.acquire()
            assert thread.job is not None
            engine, worker = thread.job
            thread.job = None
            gate = engine.body(worker)
            self.idle.append(thread)
            del engine, worker
            gate.release()


POOL = Pool()
