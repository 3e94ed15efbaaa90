"""A thread for each way to wait."""

import queue
import threading

box = threading.Condition()
gate = threading.Barrier(3)
done = threading.Event()
pool = queue.Queue()
bare = threading.Lock()


class Account:
    def __init__(self):
        self.lock = threading.Lock()

    def add(self):
        with self.lock:
            pass

    def add_all(self):
        with self.lock:
            self.add()


def notified():
    with box:
        box.wait()


def let_go():
    lock = threading.Lock()
    with lock:
        lock.release()
        lock.acquire()
        lock.acquire()


def patient():
    lock = threading.Lock()
    with lock:
        lock.acquire(timeout=3_600)


def taken():
    bare.acquire()
    bare.acquire()


for function in (
    notified,
    gate.wait,
    done.wait,
    pool.get,
    Account().add_all,
    taken,
    let_go,
    patient,
):
    name = getattr(function, "__qualname__", "").replace(".", "-")
    threading.Thread(target=function, name=name, daemon=True).start()
threading.Event().wait(3_600)
