"""Two processes count with one Value, each access under its lock, but not the two of an update."""

import multiprocessing
import sys


def count(total, times, both):
    both.wait()
    for _ in range(times):
        total.value += 1


def main(times):
    context = multiprocessing.get_context("fork")
    total = context.Value("i", 0)
    both = context.Barrier(2)
    workers = [context.Process(target=count, args=(total, times, both)) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(total.value)


if __name__ == "__main__":
    main(int(sys.argv[1]))
