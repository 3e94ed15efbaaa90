"""A thread and a child, joined; waiting for an event and in a condition."""

import multiprocessing
import threading

begun = threading.Event()
condition = threading.Condition()


def work() -> None:
    with condition:
        begun.set()
        condition.wait(60)


def child() -> None:
    print("a child")


if __name__ == "__main__":
    thread = threading.Thread(target=work)
    thread.start()
    begun.wait()
    with condition:
        condition.notify()
    thread.join(60)
    process = multiprocessing.get_context("spawn").Process(target=child)
    process.start()
    process.join()
    print("joined")
