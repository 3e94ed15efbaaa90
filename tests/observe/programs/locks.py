"""Locks behave as locks do."""

import pickle
import queue
import threading
import weakref

lock = threading.Lock()
rlock = threading.RLock()
print(isinstance(lock, type(threading.Lock())), isinstance(rlock, type(threading.RLock())))
print(repr(lock).split(" at ")[0], repr(rlock).split(" at ")[0])
print(lock.acquire(), lock.locked(), lock.acquire(False), lock.acquire(timeout=0.01))
print(repr(lock).split(" at ")[0])
for wrong in ({"blocking": False, "timeout": 1}, {"timeout": -2}, {"timeout": "x"}):
    try:
        print(lock.acquire(**wrong))
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
lock.release()
print(lock.locked())
for broken in (lock, rlock):
    try:
        broken.release()
    except RuntimeError as error:
        print(error)
    try:
        pickle.dumps(broken)
    except TypeError as error:
        print(error)
with rlock, rlock:
    print(rlock.acquire(blocking=False), rlock._is_owned())
    rlock.release()
print(rlock._is_owned(), weakref.ref(lock)() is lock)
condition = threading.Condition(rlock)
ready = []


def produce():
    with condition:
        ready.append(1)
        condition.notify_all()


with condition:
    with condition:
        threading.Thread(target=produce).start()
        print(condition.wait_for(lambda: ready, timeout=5))
plain = threading.Condition(threading.Lock())
with plain:
    print(plain.wait(0.01))
for made in (threading.Lock, threading.RLock, threading.Event, queue.Queue, queue.SimpleQueue):
    print(pickle.loads(pickle.dumps(made)) is made)
total = 0


def add():
    global total
    for _ in range(2000):
        with lock:
            total += 1


adders = [threading.Thread(target=add) for _ in range(4)]
for adder in adders:
    adder.start()
for adder in adders:
    adder.join()
print(total)
