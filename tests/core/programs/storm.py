"""Threads that start, end, fork and exit at random, and use what is observed meanwhile. What it
prints is the same whoever watches: how much was done, and that nothing was lost."""

import gc
import multiprocessing
import os
import queue
import random
import sys
import threading
import time

SEED, SECONDS = int(sys.argv[1]), float(sys.argv[2])
UNTIL = time.monotonic() + SECONDS
LOCK, RLOCK, CONDITION = threading.Lock(), threading.RLock(), threading.Condition()
SIMPLE, QUEUE = queue.SimpleQueue(), queue.Queue(5)
VALUE = multiprocessing.get_context("fork").Value("i", 0)
FORKS = hasattr(os, "fork") and "noforks" not in sys.argv


raised: list[str] = []


def note(failure) -> None:
    """An exception in a thread is a failure of the whole."""
    raised.append(repr(failure.exc_value))


threading.excepthook = note


def reenter(depth: int) -> None:
    with RLOCK:
        if depth:
            reenter(depth - 1)


def hold_shortly() -> None:
    limited = {"timeout": random.choice((0.0001, 1, 0))} if random.random() < 0.3 else {}
    if LOCK.acquire(**limited):
        LOCK.release()


def refused() -> None:
    for wrong in ({"timeout": "no"}, {"blocking": False, "timeout": 3}, {"unheard": 1}):
        try:
            LOCK.acquire(**wrong)
        except (TypeError, ValueError):
            continue


def pass_simply() -> None:
    SIMPLE.put(random.choice((None, 1, "text", object())))
    SIMPLE.get()


def pass_on() -> None:
    try:
        QUEUE.put(object(), timeout=0.001)
        QUEUE.get(timeout=0.001)
    except (queue.Full, queue.Empty):
        pass


def wait_a_little() -> None:
    with CONDITION:
        CONDITION.wait(0.0005)
        CONDITION.notify_all()


def count() -> None:
    with VALUE.get_lock():
        VALUE.value += 1


def generations() -> None:
    """Code whose address may be used again."""
    scope = {"lock": LOCK}
    exec(f"def f{random.randrange(10**9)}():\n    with lock: pass", scope)
    for made in list(scope.values()):
        if callable(made) and made is not LOCK:
            made()


def many_locks() -> None:
    held = [random.choice((threading.Lock, threading.RLock))() for _ in range(20)]
    for lock in held:
        with lock:
            pass
    if random.random() < 0.1:
        gc.collect()


def child() -> None:
    for _ in range(20):
        random.choice(DOINGS)()
    worker = threading.Thread(target=pass_simply)
    worker.start()
    worker.join()


def fork() -> None:
    if not FORKS or random.random() > 0.02:
        return
    pid = os.fork()
    if pid == 0:
        # Whoever held these is not here.
        for lock in (LOCK, RLOCK, CONDITION._lock):
            lock._at_fork_reinit()
        CONDITION._waiters.clear()
        try:
            for _ in range(20):
                random.choice(CHILDS_DOINGS)()
        finally:
            os._exit(7)
    _, status = os.waitpid(pid, 0)
    assert os.waitstatus_to_exitcode(status) == 7, status


CHILDS_DOINGS = (lambda: reenter(3), hold_shortly, refused, generations, many_locks)
DOINGS = (*CHILDS_DOINGS, pass_simply, pass_on, wait_a_little, count)


def worker(me: int) -> None:
    mine = random.Random(SEED * 1000 + me)
    for _ in range(mine.randrange(1, 60)):
        mine.choice((*DOINGS, fork))()


def main() -> None:
    random.seed(SEED)
    rounds = 0
    while time.monotonic() < UNTIL:
        threads = [
            threading.Thread(target=worker, args=(rounds * 8 + me,), daemon=me == 7)
            for me in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads[:7]:
            thread.join()
        rounds += 1
    assert not LOCK.locked()
    if raised:
        sys.exit(f"raised: {raised[:3]}")
    print("whole")
    if SEED % 3 == 0:
        threading.Thread(target=wait_a_little, daemon=True).start()
    if SEED % 5 == 0:
        os._exit(0)


main()
