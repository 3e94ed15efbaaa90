"""A child waits for a lock that was locked at the fork by a thread it does not have; `twin`: the
lock is made anew in the child."""

import os
import sys
import threading

console = threading.Lock()
locked, forked = threading.Event(), threading.Event()


def log() -> None:
    with console:
        locked.set()
        forked.wait()


def work() -> None:
    if console.acquire(timeout=0.3):
        console.release()


if "twin" in sys.argv:
    anew: object = console
    os.register_at_fork(after_in_child=lambda: anew._at_fork_reinit())  # type: ignore[attr-defined]
logger = threading.Thread(target=log, name="logger")
logger.start()
locked.wait()
child = os.fork()
if child == 0:
    work()
    os._exit(0)
forked.set()
logger.join()
os.waitpid(child, 0)
