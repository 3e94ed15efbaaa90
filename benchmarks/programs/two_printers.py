"""FIGURES WRITES STEPS PUT: two threads write; wall time and context switches go to FIGURES."""

import json
import multiprocessing
import resource
import sys
import threading
import time

figures, writes, steps, put = sys.argv[1], *map(int, sys.argv[2:])


def printer(text):
    write = sys.stdout.write
    for _ in range(writes):
        write(text)
        if put:
            queue.put((time.perf_counter_ns(), text))
        for _ in range(steps):
            pass


def switches():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_nvcsw + usage.ru_nivcsw


def drain(queue):
    while queue.get() is not None:
        pass


if __name__ == "__main__":
    if put:
        queue = multiprocessing.Queue()
        reader = multiprocessing.Process(target=drain, args=(queue,))
        reader.start()
    threads = [threading.Thread(target=printer, args=(text,)) for text in "ab"]
    before, begin = switches(), time.perf_counter_ns()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall, after = time.perf_counter_ns() - begin, switches()
    if put:
        queue.put(None)
        reader.join()
    with open(figures, "w") as file:
        json.dump({"wall_ms": wall / 1e6, "context_switches": after - before}, file)
