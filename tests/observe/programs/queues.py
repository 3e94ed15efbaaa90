"""Queues behave as they do."""

import gc
import inspect
import pickle
import queue
import threading
import time
import weakref


class Unique(queue.Queue):
    """One that takes each item once, as the documentation suggests to make one."""

    def _init(self, maxsize):
        self.queue = set()

    def _put(self, item):
        self.queue.add(item)

    def _get(self):
        return self.queue.pop()


class Loud(queue.SimpleQueue):
    def put(self, item):
        print("put", item)
        super().put(item)


kinds = [queue.Queue, queue.LifoQueue, queue.PriorityQueue, queue.SimpleQueue, Unique, Loud]
for kind in kinds:
    one = kind()
    print(kind, kind.__module__, kind.__qualname__, isinstance(one, kind), type(one) is kind)
    print(repr(one).split(" at ")[0], kind.__doc__)
    for number in (3, 1, 2):
        one.put(number)
    print(one.qsize(), one.empty(), [one.get() for _ in range(3)], one.empty())
    for wrong in (one.get_nowait, lambda: one.get(False), lambda: one.get(timeout=0.01)):
        try:
            wrong()
        except queue.Empty as error:
            print(repr(error))
    for wrong in (lambda: one.get(timeout=-1), lambda: one.put(), lambda: one.put_nowait()):
        try:
            wrong()
        except (ValueError, TypeError) as error:
            print(error)
    try:
        pickle.dumps(one)
    except TypeError as error:
        print(error)
    print(inspect.signature(one.get), weakref.ref(one)() is one, sorted(vars(kind)) != [])
simple = queue.SimpleQueue()
simple.put_nowait("a")
simple.put("b", True, 3)
print(simple.get(block=False), simple.get_nowait(), simple.qsize())
try:
    simple.attribute = 1
except AttributeError:
    print("no attributes")
small = queue.Queue(maxsize=2)
print(type(small.not_empty), repr(small.not_full).split("(")[0], small.maxsize, small.full())
small.put(1)
small.put(2)
for wrong in (lambda: small.put_nowait(3), lambda: small.put(3, timeout=0.01)):
    try:
        wrong()
    except queue.Full as error:
        print(repr(error))
with small.mutex:
    small.queue.clear()
small.put(4)
print(small.get())


class Item:
    pass


item, gone = Item(), queue.Queue()
gone.put(item)
seen = weakref.ref(item)
gc.disable()
del item, gone
print(seen())

for kind in kinds:
    jobs, results = kind(), queue.SimpleQueue()

    def work():
        while (job := jobs.get()) != 99:
            time.sleep(0.001)
            results.put(job * job)
            if hasattr(jobs, "task_done"):
                jobs.task_done()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for number in range(12):
        jobs.put(number)
    if hasattr(jobs, "join"):
        jobs.join()
    squares = [results.get() for _ in range(12)]
    for _ in range(3):
        jobs.put(99)
        if kind is Unique:
            time.sleep(0.02)
    for worker in workers:
        worker.join()
    print(sorted(squares))
if hasattr(small, "shutdown"):
    reader = threading.Thread(target=small.get)
    reader.run = lambda: print("reader")
    small.put(5)
    small.shutdown()
    print(small.get())
    try:
        small.get()
    except queue.ShutDown as error:
        print(repr(error))
