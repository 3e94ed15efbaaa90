"""METHOD: one process passes messages to another in every way, and each waits for the other."""

import logging
import logging.handlers
import multiprocessing
import multiprocessing.connection
import os
import queue
import sys
import threading
import time

ITEMS = 20
UNPICKLABLE_AFTER = 5


def until_asleep(pid, tid=0):
    """Until the main thread of a process, or another one, has slept for a while."""
    asleep = 0
    while asleep < 5:
        with open(f"/proc/{pid}/task/{tid or pid}/stat") as stat:
            asleep = asleep + 1 if stat.read().rpartition(")")[2].split()[0] == "S" else 0
        time.sleep(0.005)


def work(parent, jobs, narrow, tasks, simple, far, writer, records):
    far.send("here")
    for _ in range(ITEMS):
        print(jobs.get())
    until_asleep(parent)
    print(narrow.get(), narrow.get(timeout=60))
    until_asleep(parent)
    while tasks.get() is not None:
        tasks.task_done()
    tasks.task_done()
    simple.put("simple")
    writer.send("one way")
    until_asleep(parent)
    far.send(far.recv() + 1)
    print(len(far.recv_bytes()))
    until_asleep(parent)
    far.send("ready")
    far.poll(60)
    far.recv()
    logger = logging.getLogger("worker")
    logger.addHandler(logging.handlers.QueueHandler(records))
    logger.warning("logged")


def consume(jobs):
    print(jobs.get())


def main(method):
    context = multiprocessing.get_context(method)
    jobs = context.Queue()
    narrow = context.Queue(maxsize=1)
    tasks = context.JoinableQueue()
    simple = context.SimpleQueue()
    records = context.Queue()
    near, far = context.Pipe()
    reader, writer = context.Pipe(duplex=False)
    arguments = (os.getpid(), jobs, narrow, tasks, simple, far, writer, records)
    process = context.Process(target=work, args=arguments, name="worker")
    process.start()
    print(near.recv())
    until_asleep(process.pid)
    for number in range(ITEMS):
        jobs.put(number)
        if number == UNPICKLABLE_AFTER:
            jobs.put(lambda: "not to be pickled")
    narrow.put("first")
    narrow.put("second")
    for task in (1, 2, None):
        tasks.put(task)
    tasks.join()
    print(simple.get(), reader.recv())
    near.send(1)
    print(near.recv())
    near.send_bytes(b"x" * 300_000)
    print(multiprocessing.connection.wait([near]) == [near], near.recv())
    until_asleep(process.pid)
    near.send("go on")
    print(records.get().msg)
    process.join()
    getters = [threading.Thread(target=consume, args=(jobs,), name=f"getter {i}") for i in (1, 2)]
    for getter in getters:
        getter.start()
        until_asleep(os.getpid(), getter.native_id)
    jobs.put("first")
    getters[0].join()
    until_asleep(os.getpid(), getters[1].native_id)
    jobs.put("second")
    getters[1].join()
    try:
        narrow.get(timeout=0.01)
    except queue.Empty:
        print(near.poll(0.01))
    with context.Pool(1) as pool:
        print(pool.map(abs, [-1]))


if __name__ == "__main__":
    main(sys.argv[1])
