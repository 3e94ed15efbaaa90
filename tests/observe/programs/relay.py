"""A relay: each runner waits for the token, works a moment and hands it on, each in another way.

So they are on the critical path of the run in that very order, however long anything takes, and so
is each task of the pools. `relay.py threads|processes|pools START_METHOD`
"""

import itertools
import multiprocessing as mp
import multiprocessing.connection
import queue
import sys
import threading
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from functools import partial
from multiprocessing.pool import ThreadPool


def work(_=None):
    return sum(range(200_000))


def call(thing, method, *arguments):
    getattr(thing, method)(*arguments)


def way(thing, take, give, *arguments):
    """What takes the token and what gives it, both to be sent to a process."""
    return partial(call, thing, take), partial(call, thing, give, *arguments)


def by_queue(make):
    return way(make(), "get", "put", 1)


def take_message(reader):
    reader.recv()


def take_after_asking(reader):
    while not reader.poll(60):
        pass
    reader.recv()


def take_of_several(reader, other, _):
    (ready,) = multiprocessing.connection.wait([other, reader], 60)
    ready.recv()


def by_pipe(context, take):
    reader, writer = context.Pipe(False)
    return partial(take, reader), partial(call, writer, "send", 1)


def by_several(context):
    reader, writer = context.Pipe(False)
    return partial(take_of_several, reader, *context.Pipe(False)), partial(call, writer, "send", 1)


def by_condition(make):
    condition, done = make(), []

    def take():
        with condition:
            condition.wait_for(lambda: done, 60)

    def give():
        with condition:
            done.append(1)
            condition.notify_all()

    return take, give


def by_join(make):
    channel = make()
    channel.put(1)

    def give():
        channel.get()
        channel.task_done()

    return channel.join, give


THREADS = {
    "Queue": lambda: by_queue(queue.Queue),
    "LifoQueue": lambda: by_queue(queue.LifoQueue),
    "PriorityQueue": lambda: by_queue(queue.PriorityQueue),
    "SimpleQueue": lambda: by_queue(queue.SimpleQueue),
    "Event": lambda: way(threading.Event(), "wait", "set"),
    "Condition": lambda: by_condition(threading.Condition),
    "Semaphore": lambda: way(threading.Semaphore(0), "acquire", "release"),
    "join": lambda: by_join(queue.Queue),
    "Future": lambda: way(Future(), "result", "set_result", 1),
}


def of_processes(context):
    return {
        "Queue": lambda: by_queue(context.Queue),
        "SimpleQueue": lambda: by_queue(context.SimpleQueue),
        "JoinableQueue": lambda: by_queue(context.JoinableQueue),
        "Pipe": lambda: by_pipe(context, take_message),
        "poll": lambda: by_pipe(context, take_after_asking),
        "wait": lambda: by_several(context),
        "Event": lambda: way(context.Event(), "wait", "set"),
        "Semaphore": lambda: way(context.Semaphore(0), "acquire", "release"),
    }


def run(take, give, ready):
    ready.release()
    take()
    work()
    give()


def relay(ways, make_worker, ready):
    """Main gives the first, and takes what the last one gives."""
    channels = {name: make() for name, make in ways.items()}
    names = list(channels)
    runners = []
    for name, after in itertools.pairwise(names):
        take, give = channels[name][0], channels[after][1]
        runners.append(make_worker(target=run, args=(take, give, ready), name=f"after {name}"))
    for runner in runners:
        runner.start()
    for _ in runners:
        ready.acquire()
    for _ in range(20):
        work()
    channels[names[0]][1]()
    channels[names[-1]][0]()
    for runner in runners:
        runner.join()


def pools(context):
    """One after the other: each task is waited for before the next is handed in."""
    with ThreadPoolExecutor(1, "executor") as executor:
        executor.submit(work).result()
        work()
        list(executor.map(work, [1]))
        work()
    with ThreadPool(1) as pool:
        pool.apply(work)
        work()
        pool.map(work, [1])
    with ProcessPoolExecutor(1, context) as executor:
        executor.submit(work).result()
        work()
        executor.submit(work).result()
    with context.Pool(1) as pool:
        pool.apply(work)
        work()
        list(pool.imap(work, [1]))
        work()
        pool.map(work, [1, 2])


if __name__ == "__main__":
    what, context = sys.argv[1], mp.get_context(sys.argv[2])
    if what == "threads":
        relay(THREADS, threading.Thread, threading.Semaphore(0))
    elif what == "processes":
        relay(of_processes(context), context.Process, context.Semaphore(0))
    else:
        pools(context)
