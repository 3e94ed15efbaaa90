# ruff: noqa: E402
"""Two workers that compute. Each process writes, as a line of JSON, what CPU time it used since its
first line, and the main one how long the workers took, all in ns."""

from resource import RUSAGE_SELF, getrusage


def cpu_ns():
    usage = getrusage(RUSAGE_SELF)
    return int((usage.ru_utime + usage.ru_stime) * 1e9)


used = cpu_ns()

import json
import multiprocessing
import os
import sys
import threading
import time

main_pid = os.getpid()


def tell(**more):
    cpu = cpu_ns() - (used if os.getpid() == main_pid else 0)
    print(json.dumps({"pid": os.getpid(), "cpu_ns": cpu} | more), flush=True)


def work(turns):
    x = 0
    for i in range(turns):
        x += i
    if os.getpid() != main_pid:
        tell()


if __name__ == "__main__":
    kind, turns = sys.argv[1], int(sys.argv[2])
    make = {"threads": threading.Thread, "processes": multiprocessing.get_context("fork").Process}
    begun = time.perf_counter_ns()
    workers = [make[kind](target=work, args=(turns,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    tell(wall_ns=time.perf_counter_ns() - begun)
