"""Every wait that can have a time limit, each with one in a thread of its own; `none`: a few of
them without, which something ends."""

import multiprocessing as mp
import multiprocessing.connection
import queue
import sys
import threading
from concurrent.futures import Future, as_completed, wait

LIMIT = 0.25


def held(lock):
    lock.acquire()
    return lock


def full(made):
    made.put(1)
    return made


def in_condition(condition, method, *arguments):
    with condition:
        getattr(condition, method)(*arguments)


def waits():
    future, (reader, writer) = Future(), mp.Pipe(False)
    stays = threading.Thread(target=threading.Event().wait, args=(4 * LIMIT,))
    stays.start()
    child = mp.get_context("fork").Process(target=threading.Event().wait, args=(4 * LIMIT,))
    child.start()
    yield "Lock", lambda: held(threading.Lock()).acquire(timeout=LIMIT)
    yield "Lock by place", lambda: held(threading.Lock()).acquire(True, LIMIT)
    yield "Semaphore", lambda: threading.Semaphore(0).acquire(timeout=LIMIT)
    yield "Event", lambda: threading.Event().wait(LIMIT)
    yield "Condition", lambda: in_condition(threading.Condition(), "wait", LIMIT)
    yield "wait_for", lambda: in_condition(threading.Condition(), "wait_for", bool, LIMIT)
    yield "Barrier", lambda: threading.Barrier(2).wait(LIMIT)
    yield "get", lambda: queue.Queue().get(timeout=LIMIT)
    yield "get by place", lambda: queue.PriorityQueue().get(True, LIMIT)
    yield "put", lambda: full(queue.LifoQueue(1)).put(1, timeout=LIMIT)
    yield "SimpleQueue", lambda: queue.SimpleQueue().get(timeout=LIMIT)
    yield "SimpleQueue by place", lambda: queue.SimpleQueue().get(True, LIMIT)
    yield "join", lambda: stays.join(LIMIT)
    yield "result", lambda: future.result(LIMIT)
    yield "exception", lambda: future.exception(timeout=LIMIT)
    yield "wait", lambda: wait([future], LIMIT)
    yield "as_completed", lambda: list(as_completed([future], LIMIT))
    yield "mp.Lock", lambda: held(mp.Lock()).acquire(timeout=LIMIT)
    yield (
        "mp.RLock",
        lambda: threading.Thread(target=held(mp.RLock()).acquire, args=(1, LIMIT)).run(),
    )
    yield "mp.Semaphore", lambda: mp.Semaphore(0).acquire(True, LIMIT)
    yield "mp.Event", lambda: mp.Event().wait(LIMIT)
    yield "mp.Condition", lambda: in_condition(mp.Condition(), "wait", LIMIT)
    yield "mp.Barrier", lambda: mp.Barrier(2).wait(LIMIT)
    yield "mp.get", lambda: mp.Queue().get(timeout=LIMIT)
    yield "mp.get by place", lambda: mp.JoinableQueue().get(True, LIMIT)
    yield "mp.put", lambda: full(mp.Queue(1)).put(1, timeout=LIMIT)
    yield "mp.join", lambda: child.join(LIMIT)
    yield "poll", lambda: reader.poll(LIMIT)
    yield "connection.wait", lambda: multiprocessing.connection.wait([reader], LIMIT)
    yield (
        "connection.wait by name",
        lambda: multiprocessing.connection.wait([reader], timeout=LIMIT),
    )
    writer.fileno()


def run(call):
    try:
        call()
    except (queue.Empty, queue.Full, TimeoutError, threading.BrokenBarrierError):
        pass


def without_limit():
    items, event, lock = queue.Queue(), threading.Event(), held(threading.Lock())
    for call in (items.get, event.wait, lock.acquire):
        threading.Thread(target=call, name=call.__name__).start()
    for thread in threading.enumerate()[1:]:
        while thread.is_alive():
            items.put(1)
            event.set()
            if lock.locked():
                lock.release()
            thread.join(0)


if __name__ == "__main__":
    if sys.argv[1:] == ["none"]:
        without_limit()
    else:
        threads = [threading.Thread(target=run, args=(call,), name=name) for name, call in waits()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
