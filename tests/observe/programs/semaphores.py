"""Semaphores behave as they do."""

import inspect
import pickle
import threading
import time


class Counting(threading.Semaphore):
    entered = 0

    def acquire(self, *args, **kwargs):
        Counting.entered += 1
        return super().acquire(*args, **kwargs)

    def __enter__(self):
        return self.acquire()


slots = threading.BoundedSemaphore(2)
done = threading.Semaphore(0)
counting = Counting()
for semaphore in (slots, done, counting):
    print(repr(semaphore).split(" at ")[0], repr(semaphore).split(" value")[1])
    print(type(semaphore), isinstance(semaphore, threading.Semaphore))
    try:
        pickle.dumps(semaphore)
    except TypeError as error:
        print(error)
print(inspect.signature(threading.Semaphore.acquire), threading.Semaphore.__enter__.__name__)
print(threading.Semaphore.__enter__ is threading.Semaphore.acquire)
for wrong in (
    lambda: threading.Semaphore(-1),
    lambda: slots.release(),
    lambda: slots.release(0),
    lambda: done.release(n=-1),
    lambda: done.acquire(False, 1),
    lambda: done.acquire(timeout="x"),
):
    try:
        wrong()
    except (ValueError, TypeError) as error:
        print(type(error).__name__, error)
print(done.acquire(False), done.acquire(timeout=0.01), done.acquire(timeout=-1))
with slots, slots:
    print(slots.acquire(blocking=False), repr(slots).split(" value")[1])
with counting as entered:
    print(entered, Counting.entered)
inside = most = 0
lock = threading.Lock()


def work():
    global inside, most
    for _ in range(20):
        with slots:
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.0005)
            with lock:
                inside -= 1
    done.release(2)


workers = [threading.Thread(target=work) for _ in range(4)]
for worker in workers:
    worker.start()
for _ in range(8):
    done.acquire()
for worker in workers:
    worker.join()
print(most, inside, done.acquire(False), slots._value)
