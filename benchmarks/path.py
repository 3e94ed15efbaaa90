"""CPU time of the producing process over the whole path, an event: emitted, packed, sent, received
elsewhere; beside one `multiprocessing.Queue.put` an event."""

from __future__ import annotations

import multiprocessing
import os
import statistics
import time
from typing import Any

from paraviz import events as ev

ROUNDS = 5
EVENTS = 400_000
PUTS = 40_000


def measure() -> dict[str, object]:
    """Medians over rounds in which both take turns."""
    ours = [_run(_recorder_producer) / EVENTS for _ in range(ROUNDS)]
    puts = [_run(_put_producer) / PUTS for _ in range(ROUNDS)]
    event, put = statistics.median(ours), statistics.median(puts)
    return {
        "cpu_ns_an_event": round(event, 1),
        "cpu_ns_a_put": round(put, 1),
        "put_over_event": round(put / event, 1),
        "to_reach": "put_over_event >= 100",
        "reached": put >= 100 * event,
    }


def _run(producer: Any) -> float:
    """CPU ns that the producer used in a fresh process."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=producer, args=(sender,))
    process.start()
    used: float = receiver.recv()
    process.join()
    return used


def _recorder_producer(sender: Any) -> None:
    """Events through a recorder of its own, taken in by a process forked for it."""
    from paraviz.observe.recorder import Recorder
    from paraviz.session.queue import EventQueue

    queue = EventQueue()
    reader = os.fork()
    if reader == 0:
        queue.close_writer()
        _drain(queue)
        os._exit(0)
    recorder = Recorder(queue.descriptor)
    recorder.start()
    emit, word = recorder.here.emit, ev.word(ev.LOCK_ACQUIRED, 7)
    begin = time.process_time_ns()
    for _ in range(EVENTS):
        emit(word)
    recorder.finish("")
    sender.send(time.process_time_ns() - begin)
    queue.close()
    os.waitpid(reader, 0)


def _drain(queue: Any) -> None:
    try:
        while True:
            queue.get()
    except EOFError:
        return


def _put_producer(sender: Any) -> None:
    """One put an event through a queue, taken in by a process forked for it."""
    context = multiprocessing.get_context("fork")
    queue = context.Queue()
    reader = context.Process(target=_get_all, args=(queue,))
    reader.start()
    word = ev.word(ev.LOCK_ACQUIRED, 7)
    begin = time.process_time_ns()
    for _ in range(PUTS):
        queue.put((time.perf_counter_ns(), word))
    queue.put(None)
    queue.close()
    queue.join_thread()
    sender.send(time.process_time_ns() - begin)
    reader.join()


def _get_all(queue: Any) -> None:
    while queue.get() is not None:
        pass
