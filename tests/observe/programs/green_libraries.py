"""Threads, and what they wait in, as a library patched them; or plain."""

# ruff: noqa: E402

import sys
import warnings

library = sys.argv[1]
if library == "gevent":
    from gevent import monkey

    monkey.patch_all()
elif library == "eventlet":
    warnings.simplefilter("ignore")
    import eventlet

    eventlet.monkey_patch()

import _thread
import logging
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.pool import ThreadPool

MAKERS = (
    *(threading.Lock, threading.RLock, threading.Condition, threading.Semaphore),
    *(threading.BoundedSemaphore, threading.Event, lambda: threading.Barrier(2), threading.local),
    *(queue.Queue, queue.SimpleQueue, queue.LifoQueue),
)
for make in MAKERS:
    made = make()
    print(type(made).__module__, type(made).__qualname__)
kind = type(threading.RLock())
print(kind, isinstance(threading.RLock(), kind), isinstance(threading.RLock(), _thread.RLock))

condition, semaphore, go = threading.Condition(), threading.Semaphore(1), threading.Event()
barrier, rlock, lock = threading.Barrier(3), threading.RLock(), threading.Lock()
items, seen = queue.Queue(2), []


def consume():
    while (item := items.get()) is not None:
        with condition:
            seen.append(item)
            condition.notify_all()
        items.task_done()
    items.task_done()


def wait():
    with condition:
        condition.wait_for(lambda: len(seen) >= 5)
    go.wait()
    with semaphore:
        time.sleep(0.01)
    barrier.wait()
    with rlock, rlock:
        time.sleep(0.002)
    with lock:
        time.sleep(0.002)


def fail():
    raise ValueError("as it should")


def run(*threads):
    for thread in threads:
        thread.start()
    yield
    for thread in threads:
        thread.join()


workers = [threading.Thread(target=wait, name=f"waiter-{number}") for number in range(3)]
workers.append(threading.Thread(target=consume, name="consumer"))
for _ in run(*workers):
    for item in (*range(5), None):
        items.put(item)
    go.set()
    items.join()
print(seen, [worker.name for worker in workers], [worker.is_alive() for worker in workers])

threading.excepthook = lambda report: print("hook", report.exc_type.__name__, report.thread.name)
list(run(threading.Thread(target=fail, name="failing")))
with ThreadPoolExecutor(3) as executor:
    print(sorted(executor.map(lambda number: (time.sleep(0.005), number)[1], range(7))))
    failed = executor.submit(fail)
    print(repr(failed.exception()))
with ThreadPool(2) as pool:
    print(pool.map(lambda number: number * number, range(5)))
list(run(threading.Timer(0.01, lambda: print("timer"))))
logging.basicConfig(level=logging.INFO, stream=sys.stdout, format="%(threadName)s %(message)s")
list(run(threading.Thread(target=lambda: logging.info("hello"), name="logger")))
print(threading.current_thread().name, type(threading.current_thread()).__name__)
print(threading.main_thread().name, sorted(thread.name for thread in threading.enumerate()))
threading.Thread(target=lambda: time.sleep(60), daemon=True).start()
