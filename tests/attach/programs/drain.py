"""A process puts much into a queue, and is joined before anybody reads."""

from multiprocessing import get_context


def crunch(out):
    out.put([0] * 200_000)


if __name__ == "__main__":
    fork = get_context("fork")
    results = fork.Queue()
    worker = fork.Process(target=crunch, args=(results,), name="crunch-0")
    worker.start()
    worker.join()
