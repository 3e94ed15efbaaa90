# ruff: noqa: E402
"""Workers, threads or processes, that compute for a while; says at its end what CPU time all of it
took since its first line, in ns."""

from resource import RUSAGE_CHILDREN, RUSAGE_SELF, getrusage


def cpu_s():
    usages = getrusage(RUSAGE_SELF), getrusage(RUSAGE_CHILDREN)
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


begun = cpu_s()

import multiprocessing
import sys
import threading
import time


def spin(seconds):
    until = time.thread_time() + seconds
    while time.thread_time() < until:
        pass


if __name__ == "__main__":
    kind, count, seconds = sys.argv[1], int(sys.argv[2]), float(sys.argv[3])
    make = {"threads": threading.Thread, "fork": multiprocessing.get_context("fork").Process}[kind]
    workers = [make(target=spin, args=(seconds,)) for _ in range(count)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(int((cpu_s() - begun) * 1e9))
