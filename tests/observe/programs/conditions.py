"""Conditions, events and barriers behave as they do."""

import copy
import gc
import inspect
import pickle
import threading
import time
import weakref


class Gate(threading.Event):
    """One that counts."""

    def __init__(self, name):
        super().__init__()
        self.name = name

    def wait(self, timeout=None):
        return self.name, super().wait(timeout)


class Watched(threading.Condition):
    def notify(self, n=1):
        print("notify", n)
        super().notify(n)


def address_free(thing):
    return repr(thing).replace(hex(id(thing)), "here").split(" at 0x")[0]


ready = threading.Event()
gate = Gate("gate")
condition = threading.Condition()
lock = threading.Lock()
guarded = threading.Condition(lock)
plain = threading.Condition(threading._allocate_lock())
watched = Watched(threading.RLock())
barrier = threading.Barrier(2, action=lambda: print("all here"), timeout=5)
things = (ready, gate, condition, guarded, plain, watched, barrier)
for thing in things:
    kind = type(thing)
    print(kind, kind.__mro__, address_free(thing), isinstance(thing, threading.Event))
    print(inspect.signature(kind.__init__), kind.__init__.__qualname__)
    for copied in (pickle.dumps, copy.deepcopy):
        try:
            copied(thing)
        except TypeError as error:
            print(error)
print(threading.Condition.notify.__doc__[:40], inspect.signature(threading.Event.set))
for wrong in (lambda: threading.Event(1), lambda: threading.Barrier(), lambda: ready.set(1)):
    try:
        wrong()
    except TypeError as error:
        print(error)
for wrong in (condition.notify, condition.wait, guarded.notify_all, guarded.wait, plain.notify):
    try:
        wrong()
    except RuntimeError as error:
        print(error, lock.locked())

print(ready.wait(0.01), ready.is_set(), gate.wait(0.01))
thread = threading.Thread(target=lambda: (time.sleep(0.05), ready.set(), gate.set()))
thread.start()
print(ready.wait(), gate.wait(5), ready.wait(0))
ready.clear()
print(ready.is_set(), address_free(ready))
thread.join()

jobs = []


def produce(over):
    for number in range(3):
        time.sleep(0.02)
        with over:
            jobs.append(number)
            over.notify()


for over in (condition, guarded, plain, watched):
    producer = threading.Thread(target=produce, args=(over,))
    producer.start()
    with over:
        for _ in range(3):
            while not jobs:
                over.wait()
            print(jobs.pop(0))
    producer.join()
    with over:
        print(over.wait(0.01), over.wait_for(lambda: False, 0.01), over._is_owned())
with condition, condition:
    print(condition.wait(0.01), address_free(condition).split(" ")[0], condition._is_owned())
print(condition.acquire(), condition.acquire(blocking=False), condition.release())
condition.release()

meeting = threading.Thread(target=barrier.wait)
meeting.start()
barrier.wait()
meeting.join()
print(barrier.n_waiting, barrier.broken, barrier.parties)
try:
    barrier.wait(0.01)
except threading.BrokenBarrierError as error:
    print(type(error), error, barrier.broken)

gone = [weakref.ref(thing) for thing in (threading.Event(), threading.Condition(lock))]
gc.disable()
print([reference() for reference in gone])
held = threading.Condition(threading.Lock())
reference = weakref.ref(held)
del held
print(reference())
timer = threading.Timer(0.05, print, ("timer",))
timer.start()
timer.join()
cancelled = threading.Timer(60, print, ("never",))
cancelled.start()
cancelled.cancel()
cancelled.join()
