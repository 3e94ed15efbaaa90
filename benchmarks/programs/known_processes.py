"""KIND SECONDS: processes of which is known by construction what each waits for.

Each thread writes, as a line of JSON, its number, its life and the spans of it in which it waited
for a lock (until that was released) or for anything else, in ns of `time.perf_counter_ns`. All
other time that it is off the CPU by its own will, it waits for what `otherwise` says.
"""

import json
import mmap
import multiprocessing as mp
import os
import struct
import sys
import threading
import time

now = time.perf_counter_ns
MS = 1_000_000
context = mp.get_context("fork")


def spin(ms):
    until = now() + int(ms * MS)
    while now() < until:
        pass


def compute(ms):
    """So much CPU time, however long that takes."""
    until = time.thread_time_ns() + int(ms * MS)
    while time.thread_time_ns() < until:
        pass


class Self:
    """What a thread knows of itself."""

    def __init__(self, otherwise="other"):
        self.begun, self.spans, self.otherwise = now(), [], otherwise

    def sleep(self, ms):
        begun = now()
        time.sleep(ms / 1000)
        self.spans.append((begun, begun + int(ms * MS), "sleep"))

    def waited(self, begun, until, what):
        self.spans.append((begun, max(begun, until), what))

    def tell(self):
        life = self.begun, now()
        known = {"life": life, "spans": self.spans, "otherwise": self.otherwise}
        print(json.dumps({threading.get_native_id(): known}), flush=True)


def spinner(end):
    me = Self()
    while now() < end:
        spin(1)
    me.tell()


def receiver(end, source):
    me = Self()
    while True:
        begun = now()
        sent = source.recv()
        if not sent:
            break
        me.waited(begun, sent, "receive")
        compute(0.3)
    me.tell()


def pipes(end):
    """As many that compute as there are CPUs, and one that is sent a message now and then."""
    reader, writer = context.Pipe(duplex=False)
    crowd = [context.Process(target=spinner, args=(end,)) for _ in os.sched_getaffinity(0)]
    workers = [*crowd, context.Process(target=receiver, args=(end, reader))]
    for worker in workers:
        worker.start()
    me = Self()
    while now() < end:
        me.sleep(4)
        writer.send(now())
    writer.send(0)
    for worker in workers:
        worker.join()
    me.tell()


def consumer(end, queue):
    me = Self()
    while True:
        begun = now()
        put = queue.get()
        if not put:
            break
        me.waited(begun, put, "get")
        compute(2)
    me.tell()


def queue(end):
    """One puts, two get."""
    items = context.Queue()
    workers = [context.Process(target=consumer, args=(end, items)) for _ in range(2)]
    for worker in workers:
        worker.start()
    me = Self()
    while now() < end:
        me.sleep(3)
        compute(0.5)
        items.put(now())
    for _ in workers:
        items.put(0)
    for worker in workers:
        worker.join()
    me.tell()


def locker(end, lock, released):
    me = Self()
    while now() < end:
        begun = now()
        lock.acquire()
        (last,) = struct.unpack("q", released[:8])
        me.waited(begun, last, "lock")
        compute(2)
        me.sleep(2)
        released[:8] = struct.pack("q", now())
        lock.release()
        compute(1)
    me.tell()


def lock(end):
    """Three with one lock."""
    one, released = context.Lock(), mmap.mmap(-1, 8)
    workers = [context.Process(target=locker, args=(end, one, released)) for _ in range(3)]
    for worker in workers:
        worker.start()
    me = Self()
    for worker in workers:
        worker.join()
    me.tell()


def crowd(end):
    """Thrice as many that compute as there are CPUs."""
    count = 3 * len(os.sched_getaffinity(0))
    workers = [context.Process(target=spinner, args=(end,)) for _ in range(count)]
    for worker in workers:
        worker.start()
    me = Self()
    for worker in workers:
        worker.join()
    me.tell()


def sleepy(end):
    me = Self()
    while now() < end:
        compute(3)
        me.sleep(5)
    me.tell()


def sleepers(end):
    """Some that compute and sleep in turns."""
    workers = [context.Process(target=sleepy, args=(end,)) for _ in range(2)]
    for worker in workers:
        worker.start()
    me = Self()
    for worker in workers:
        worker.join()
    me.tell()


KINDS = {each.__name__: each for each in (pipes, queue, lock, crowd, sleepers)}

if __name__ == "__main__":
    KINDS[sys.argv[1]](now() + int(float(sys.argv[2]) * 1e9))
