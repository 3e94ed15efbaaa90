"""A signal handler that raises, at any moment, and `with lock`: plain Python never loses one."""

import signal
import sys
import threading


class TimeoutReached(Exception):
    pass


def handler(*_: object) -> None:
    raise TimeoutReached


signal.signal(signal.SIGALRM, handler)
kind = getattr(threading, sys.argv[1])
lock, lost = kind(), 0
for at in range(int(sys.argv[2])):
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.0005 + at % 7 * 0.0001)
        while True:
            with lock:
                pass
    except TimeoutReached:
        pass
    signal.setitimer(signal.ITIMER_REAL, 0)
    got = []
    thread = threading.Thread(target=lambda: got.append(lock.acquire(timeout=0.05)))
    thread.start()
    thread.join()
    if not got[0]:
        lost += 1
    lock = kind()
print("lost", lost)
