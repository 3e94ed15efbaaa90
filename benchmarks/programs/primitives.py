"""How long the things that parallel programs do most often take here; prints ns by name as JSON."""

from __future__ import annotations

import asyncio
import json
import multiprocessing
import queue
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.sharedctypes import RawValue
from time import perf_counter_ns

REPEATS = 5


def nothing() -> None:
    pass


def with_lock(count: int) -> None:
    for _ in range(count):
        with LOCK:
            pass


def lock(count: int) -> None:
    for _ in range(count):
        LOCK.acquire()
        LOCK.release()


def reentrant_lock(count: int) -> None:
    for _ in range(count):
        REENTRANT_LOCK.acquire()
        REENTRANT_LOCK.release()


def queue_pair(count: int) -> None:
    for i in range(count):
        QUEUE.put(i)
        QUEUE.get()


def simple_queue_pair(count: int) -> None:
    for i in range(count):
        SIMPLE_QUEUE.put(i)
        SIMPLE_QUEUE.get()


def thread(count: int) -> None:
    for _ in range(count):
        worker = threading.Thread(target=nothing)
        worker.start()
        worker.join()


def process(count: int) -> None:
    for _ in range(count):
        worker = FORK.Process(target=nothing)
        worker.start()
        worker.join()


def process_lock(count: int) -> None:
    for _ in range(count):
        with PROCESS_LOCK:
            pass


def process_queue_pair(count: int) -> None:
    for i in range(count):
        PROCESS_QUEUE.put(i)
        PROCESS_QUEUE.get()


def pipe_pair(count: int) -> None:
    for i in range(count):
        SENDER.send(i)
        RECEIVER.recv()


def shared_value(count: int) -> None:
    for _ in range(count):
        VALUE.value += 1


def unlocked_value(count: int) -> None:
    for _ in range(count):
        UNLOCKED_VALUE.value += 1


def raw_value(count: int) -> None:
    for _ in range(count):
        RAW_VALUE.value += 1


def printing(count: int) -> None:
    for i in range(count):
        print("line", i)


def switching(count: int) -> None:
    """Two tasks that take turns."""

    async def task() -> None:
        for _ in range(count // 2):
            await asyncio.sleep(0)

    async def both() -> None:
        await asyncio.gather(task(), task())

    asyncio.run(both())


def executor(count: int) -> None:
    with ThreadPoolExecutor(2) as pool:
        for future in [pool.submit(nothing) for _ in range(count)]:
            future.result()


def condition(count: int) -> None:
    """Two threads that wait for each other."""
    turn = threading.Condition()
    whose = 0

    def body(me: int) -> None:
        nonlocal whose
        for _ in range(count // 2):
            with turn:
                while whose != me:
                    turn.wait()
                whose = 1 - me
                turn.notify()

    threads = [threading.Thread(target=body, args=(me,)) for me in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


FORK = multiprocessing.get_context("fork")
LOCK = threading.Lock()
REENTRANT_LOCK = threading.RLock()
QUEUE: queue.Queue[int] = queue.Queue()
SIMPLE_QUEUE: queue.SimpleQueue[int] = queue.SimpleQueue()
PROCESS_LOCK = FORK.Lock()
PROCESS_QUEUE = FORK.Queue()
RECEIVER, SENDER = FORK.Pipe(duplex=False)
VALUE = FORK.Value("i", 0)
UNLOCKED_VALUE = FORK.Value("i", 0, lock=False)
RAW_VALUE = RawValue("i", 0)

MEASURED: dict[str, tuple[Callable[[int], None], int]] = {
    "lock": (lock, 20_000),
    "with_lock": (with_lock, 20_000),
    "reentrant_lock": (reentrant_lock, 10_000),
    "queue": (queue_pair, 10_000),
    "simple_queue": (simple_queue_pair, 10_000),
    "thread": (thread, 200),
    "process": (process, 20),
    "process_lock": (process_lock, 10_000),
    "process_queue": (process_queue_pair, 1_000),
    "pipe": (pipe_pair, 3_000),
    "shared_value": (shared_value, 5_000),
    "unlocked_value": (unlocked_value, 5_000),
    "raw_value": (raw_value, 5_000),
    "print": (printing, 5_000),
    "asyncio": (switching, 10_000),
    "executor": (executor, 1_000),
    "condition": (condition, 2_000),
}


def main() -> None:
    found: dict[str, float] = {}
    for name, (what, count) in MEASURED.items():
        what(1 + count // 10)
        times = []
        for _ in range(REPEATS):
            began = perf_counter_ns()
            what(count)
            times.append((perf_counter_ns() - began) / count)
        found[name] = min(times)
    with open(sys.argv[1], "w") as told:
        json.dump(found, told)


if __name__ == "__main__":
    main()
