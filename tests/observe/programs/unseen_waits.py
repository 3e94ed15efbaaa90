"""Waits that no event tells of, beside a thread that computes."""

import os
import select
import threading
import time

SECONDS = 0.3
reading, writing = os.pipe()
polled, _kept = os.pipe()


def read():
    os.read(reading, 1)


def poll():
    with select.epoll() as poller:
        poller.register(polled, select.EPOLLIN)
        poller.poll(SECONDS)
    os.write(writing, b"x")


def compute():
    until = time.perf_counter() + SECONDS
    while time.perf_counter() < until:
        pass


if __name__ == "__main__":
    workers = [threading.Thread(target=each, name=each.__name__) for each in (read, poll, compute)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
