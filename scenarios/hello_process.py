"""A function in a process of its own

There are two processes with two pids, and both run at the same time: each has its own
interpreter and its own GIL. They share no variables either: what the function appends to
the list never reaches the main process. A thread instead takes turns with the main
thread, and its word arrives.
"""

from multiprocessing import Process
from threading import Thread
from typing import Literal

words = []


def work(steps):
    for _ in range(steps):
        pass


def hello(steps):
    work(steps)
    words.append("hello")
    print("hello")


def main(how: Literal["process", "thread"] = "process", steps: int = 10_000_000):
    kind = {"process": Process, "thread": Thread}[how]
    p = kind(target=hello, args=(steps,), name="hello")
    p.start()
    work(steps)
    p.join()
    print("words of the main process:", words)


if __name__ == "__main__":
    main()
