"""Workers that wait for each other in every way in which somebody is known to end it."""

import asyncio
import multiprocessing
import queue
import threading
import time
from concurrent.futures import ThreadPoolExecutor

A_WHILE_S = 0.05


def go(kind, *whats):
    workers = [kind(target=what, args=args, name=name) for name, what, *args in whats]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def meet(barrier, pause_s):
    time.sleep(pause_s)
    barrier.wait()


def hold(lock, jobs):
    with lock:
        jobs.get()


def want(lock, wanted):
    while not lock.locked():
        time.sleep(0.001)
    wanted.set()
    with lock:
        pass


def feed(jobs, wanted):
    wanted.wait()
    time.sleep(A_WHILE_S)
    jobs.put("job")


def fill(jobs):
    jobs.put(1)
    jobs.put(2)


def drain(jobs):
    time.sleep(A_WHILE_S)
    jobs.get()
    jobs.get()


def ask(jobs):
    jobs.put("job")
    jobs.join()


def serve(jobs):
    jobs.get()
    time.sleep(A_WHILE_S)
    jobs.task_done()


async def awaited(event):
    await asyncio.sleep(A_WHILE_S)
    event.set()


async def awaiting(event):
    await event.wait()


async def together():
    event = asyncio.Event()
    setter = asyncio.create_task(awaited(event), name="setter")
    waiter = asyncio.create_task(awaiting(event), name="waiter")
    await waiter
    await setter


def main():
    thread = threading.Thread
    lock, jobs, wanted = threading.Lock(), queue.Queue(), threading.Event()
    chain = ("holder", hold, lock, jobs), ("wanter", want, lock, wanted)
    go(thread, *chain, ("feeder", feed, jobs, wanted))
    full = queue.Queue(1)
    go(thread, ("filler", fill, full), ("drainer", drain, full))
    asked = queue.Queue()
    go(thread, ("asker", ask, asked), ("server", serve, asked))
    barrier = threading.Barrier(2)
    go(thread, ("early", meet, barrier, 0), ("late", meet, barrier, A_WHILE_S))
    far = multiprocessing.Barrier(2)
    process = multiprocessing.get_context("fork").Process
    go(process, ("soon", meet, far, 0), ("last", meet, far, 3 * A_WHILE_S))
    with ThreadPoolExecutor(1, "pool") as pool:
        pool.submit(time.sleep, A_WHILE_S).result()
    asyncio.run(together())


if __name__ == "__main__":
    main()
