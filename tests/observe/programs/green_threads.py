"""Threads that are none, as gevent and eventlet make them: all run in one thread of the system.

These run as soon as they are started, and to their end.
"""

import _thread
import itertools
import queue
import sys
import threading

_idents = [threading.get_ident()]
_numbers = itertools.count(1_000_000_000)
_sentinels = []


class Handle:
    def __init__(self):
        self.ident, self._done = None, False

    def join(self, timeout=None):
        assert self._done, "this would block for ever"

    def is_done(self):
        return self._done

    def _set_done(self):
        self._done = True


def start(function, args=(), handle=None, daemon=True):
    _idents.append(next(_numbers))
    if handle is not None:
        handle.ident = _idents[-1]
    try:
        function(*args)
    finally:
        _idents.pop()
        if handle is not None:
            handle._set_done()
        elif _sentinels:
            _sentinels.pop().release()


def sentinel():
    _sentinels.append(_thread.allocate_lock())
    return _sentinels[-1]


def patch():
    threading.get_ident = lambda: _idents[-1]
    if hasattr(threading, "_start_joinable_thread"):
        threading._start_joinable_thread, threading._ThreadHandle = start, Handle
    else:
        threading._start_new_thread, threading._set_sentinel = start, sentinel
    threading._CRLock = None


def work(number):
    # Each of them takes what the one before has not given back.
    with condition:
        done.append((number, threading.current_thread().name))
        condition.notify_all()
    items.put(number)
    if number < 3:
        other = threading.Thread(target=work, args=(number + 1,), name=f"green-{number + 1}")
        other.start()
        other.join()
    items.get()


def fail():
    raise ValueError("as it should")


threading.excepthook = lambda report: print("hook", report.exc_type.__name__)
if "before" in sys.argv:
    patch()
condition, items, done = threading.Condition(), queue.Queue(), []
if "before" not in sys.argv:
    patch()
first = threading.Thread(target=work, args=(1,), name="green-1")
first.start()
first.join()
print(done, items.qsize(), first.is_alive(), threading.active_count())
failing = threading.Thread(target=fail)
failing.start()
failing.join()
print(threading.current_thread().name)
