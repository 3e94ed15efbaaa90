"""Recursion to the limit, in the main thread and in another, and through locks."""

import sys
import threading

lock = threading.RLock()


def deep(n):
    return deep(n + 1)


def deep_in_lock(n):
    with lock:
        return deep_in_lock(n + 1) if n < 200 else n


def try_it():
    try:
        deep(0)
    except RecursionError as error:
        print(type(error).__name__, str(error).partition(" while")[0])


print(sys.getrecursionlimit())
try_it()
thread = threading.Thread(target=try_it)
thread.start()
thread.join()
print(deep_in_lock(0))
