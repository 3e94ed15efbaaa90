"""With the GIL or without

The same work for several workers: first one alone, then threads, processes and subinterpreters
(threads with an interpreter of their own; since Python 3.12 with a GIL of their own, too). Threads
of one interpreter take turns; the others run side by side, as many as there are CPUs.
"""

import sys
from inspect import getsource
from multiprocessing import Process, cpu_count
from threading import Thread
from time import perf_counter


def find_primes(limit):
    return [n for n in range(2, limit) if all(n % i for i in range(2, int(n**0.5) + 1))]


class Interpreter(Thread):
    def run(self):
        newer = sys.version_info >= (3, 13)
        interpreters = __import__("_interpreters" if newer else "_xxsubinterpreters")
        new = interpreters.create()
        interpreters.run_string(new, f"{getsource(find_primes)}\nfind_primes{self._args}")
        interpreters.destroy(new)


def measure(kind, workers, limit):
    crowd = [kind(target=find_primes, args=(limit,)) for _ in range(workers)]
    start = perf_counter()
    for i, worker in enumerate(crowd, start=1):
        worker.name = f"{kind.__name__} {i}/{workers}"
        worker.start()
    for worker in crowd:
        worker.join()
    return perf_counter() - start


def main(workers: int = 2, limit: int = 120_000):
    alone = measure(Thread, 1, limit)
    for kind in (Thread, Process, Interpreter):
        speed_up = workers * alone / measure(kind, workers, limit)
        print(f"{kind.__name__}: {speed_up:.2f} x, ideal {min(workers, cpu_count())}")


if __name__ == "__main__":
    main()
