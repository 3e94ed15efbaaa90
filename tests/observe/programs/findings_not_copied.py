"""A child asks a thread that the fork did not copy; `twin`: it has one of its own."""

import os
import queue
import sys
import threading

inbox: queue.Queue[int] = queue.Queue()
answers: queue.Queue[int] = queue.Queue()


def report() -> None:
    while True:
        answers.put(inbox.get() * 2)


def start() -> None:
    threading.Thread(target=report, name="reporter", daemon=True).start()


if "twin" not in sys.argv:
    start()
child = os.fork()
if child == 0:
    if "twin" in sys.argv:
        start()
    inbox.put(21)
    answers.get()
    os._exit(0)
os.waitpid(child, 0)
