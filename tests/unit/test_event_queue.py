"""The queue between processes: parcels whole, in order, whoever puts, without pickle; through each
of the pipes that a system may have."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import pickle
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from functools import partial
from multiprocessing.queues import SimpleQueue
from pathlib import Path
from typing import Any

import pytest

from paraviz.observe.putting import putter
from paraviz.programs.catalogue import find
from paraviz.session import pipes
from paraviz.session.host import HOST_FILE
from paraviz.session.queue import EventQueue
from paraviz.session.session import Session
from tests.unit.putting import EACH, put_many, report_many

PUTTERS = 3


@pytest.fixture(params=["messages", "datagrams", "bytes"])
def pipe(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """What pipe the system has."""
    if request.param == "bytes":
        monkeypatch.delattr(socket, "AF_UNIX")
    elif request.param == "datagrams":
        monkeypatch.delattr(socket, "SOCK_SEQPACKET")
    return str(request.param)


@pytest.fixture
def queue(pipe: str) -> Iterator[EventQueue]:
    queue = EventQueue()
    assert isinstance(queue._reader, pipes.MessageEnd) == (pipe != "bytes")
    assert (queue._wlock is None) == (pipe != "bytes")
    yield queue
    queue.close()


def test_it_is_a_queue_of_multiprocessing(queue: EventQueue) -> None:
    assert isinstance(queue, SimpleQueue)
    assert queue.empty()
    sizes = [1, 17, 4_096, 60_000]
    for size in sizes:
        queue.put(bytes([size % 251]) * size)
        assert not queue.empty()
        assert queue.get() == bytes([size % 251]) * size
    assert queue.empty()
    assert queue.get_within(0) is None
    queue.put(bytearray(b"first"))
    queue.put(b"second")
    assert [queue.get(), queue.get()] == [b"first", b"second"]


def test_no_pickle_is_read(queue: EventQueue) -> None:
    whistle = pickle.dumps(Whistle())
    queue.put(whistle)
    assert queue.get() == whistle
    with pytest.raises(TypeError):
        queue.put([1, 2])  # type: ignore[arg-type]


class Whistle:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return pytest.fail, ("a pickle was read",)


@pytest.mark.parametrize("start", ["fork", "spawn", "observed"])
def test_parcels_of_many_processes_arrive_whole_and_in_order(queue: EventQueue, start: str) -> None:
    """`observed`: put as an observed process does, without blocking."""
    context: Any = multiprocessing.get_context("spawn" if start == "spawn" else "fork")
    workers = []
    for who in range(PUTTERS):
        target = partial(report_many, queue.descriptor) if start == "observed" else put_many
        arguments = (who,) if start == "observed" else (queue, who)
        workers.append(context.Process(target=target, args=arguments))
        workers[-1].start()
    found: dict[int, list[int]] = {who: [] for who in range(PUTTERS)}
    for _ in range(PUTTERS * EACH):
        parcel = queue.get()
        assert len(set(parcel)) == 1, "parcels are mixed up"
        found[parcel[0]].append(len(parcel))
    for worker in workers:
        worker.join()
    assert found == {who: [1 + number * 997 for number in range(EACH)] for who in range(PUTTERS)}
    assert queue.empty()


def test_a_reader_that_rests_loses_nothing(queue: EventQueue) -> None:
    """Whoever puts as `SimpleQueue` does waits for room; who is observed is told that there is
    none."""
    put = putter(queue.descriptor)
    held = 0
    with contextlib.suppress(BlockingIOError):
        while held < 2_000:
            put(queue.descriptor, b"x" * 4_000)
            held += 1
    assert held < 2_000
    thread = threading.Thread(target=queue.put, args=(b"y" * 4_000,))
    thread.start()
    assert [queue.get() for _ in range(held)] == [b"x" * 4_000] * held
    assert queue.get() == b"y" * 4_000
    thread.join()


def test_the_end_is_seen(queue: EventQueue, pipe: str) -> None:
    queue.put(b"last")
    queue.close_writer()
    assert queue.get() == b"last"
    if pipe == "datagrams":
        # Nobody tells; the session knows by its processes.
        assert queue.get_within(0) is None
        return
    with pytest.raises(EOFError):
        queue.get()
    with pytest.raises(EOFError):
        queue.get_within(1)


def test_who_is_killed_in_the_middle_holds_nobody_up(queue: EventQueue, pipe: str) -> None:
    """Through a pipe of bytes nobody gets through any more; but nobody waits, either."""
    for _ in range(20):
        pid = os.fork()
        if not pid:
            put = putter(queue.descriptor)
            with contextlib.suppress(BlockingIOError):
                while True:
                    put(queue.descriptor, b"x" * 60_000)
            time.sleep(60)
        time.sleep(0.002)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        while (parcel := queue.get_within(0)) is not None:
            assert parcel == b"x" * 60_000
    if pipe != "bytes":
        queue.put(b"next")
        assert queue.get() == b"next"


@pytest.mark.usefixtures("pipe")
def test_a_run_goes_through_it(tmp_path: Path) -> None:
    """Threads, forks and fresh processes; and nothing of multiprocessing is loaded for it."""
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    session = Session(find(str(program)), stdio="captured", kernel="off")
    session.start()
    while session.pump(0.1):
        pass
    trace = session.snapshot()
    assert trace.exit_code == 0, session.diagnostics
    assert trace.dropped == 0
    texts = sorted(lane.text for lane in trace.lanes if lane.text)
    assert texts == ["a fork\n", "a thread\n", "afresh\n", "nothing\n"]
    assert not trace.notices


PROGRAM = """
import os, sys, threading

def say(text):
    print(text)

def main():
    loaded = [name for name in sys.modules if name.startswith("multiprocessing")]
    print(*loaded or ["nothing"], flush=True)
    thread = threading.Thread(target=say, args=("a thread",))
    thread.start()
    thread.join()
    import multiprocessing
    for method, text in (("fork", "a fork"), ("spawn", "afresh")):
        process = multiprocessing.get_context(method).Process(target=say, args=(text,))
        process.start()
        process.join()

if __name__ == "__main__":
    main()
"""


@pytest.mark.usefixtures("pipe")
def test_a_child_without_a_recorder_says_so() -> None:
    """Where the package cannot be loaded there."""
    queue = EventQueue()
    code = f"""
import runpy
host = runpy.run_path({str(HOST_FILE)!r})
host["_say_why_not"]({queue.descriptor}, ImportError("of what"))
"""
    subprocess.run([sys.executable, "-c", code], pass_fds=[queue.descriptor], check=True)
    assert b"of what" in (queue.get_within(10) or b"")
    queue.close()
