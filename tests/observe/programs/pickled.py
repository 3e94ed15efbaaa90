"""Pickling of what a program defines itself, also into workers, and of what cannot be pickled."""

import multiprocessing
import pickle
import queue
import sys
import threading
from dataclasses import dataclass


@dataclass
class Point:
    x: int
    y: int


def moved(point):
    return Point(point.x + 1, point.y)


def nested():
    def local():
        pass

    return local


def main(method):
    print(pickle.loads(pickle.dumps(Point(1, 2))), pickle.loads(pickle.dumps(moved)) is moved)
    for thing in (nested(), lambda: 0, threading.Lock(), threading.RLock(), queue.SimpleQueue()):
        try:
            pickle.dumps(thing)
        except Exception as error:
            print(type(error).__name__, str(error).partition(" at 0x")[0])
    for kind in (threading.Lock, threading.RLock, threading.Event, queue.Queue):
        print(pickle.loads(pickle.dumps(kind)) is kind)
    context = multiprocessing.get_context(method)
    with context.Pool(2) as pool:
        print(pool.map(moved, [Point(n, n) for n in range(4)]))
    if method == "spawn":
        try:
            context.Process(target=nested()).start()
        except Exception as error:
            print(type(error).__name__, str(error).partition(" at 0x")[0])


if __name__ == "__main__":
    main(sys.argv[1])
