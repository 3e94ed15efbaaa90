"""KIND SECONDS: threads of which is known by construction what each waits for.

It writes, as JSON: a stamp taken as it is written, and for each thread its life and the spans of it
in which it waited for a lock or slept or read, in ns of `time.perf_counter_ns`. All other time that
a thread is off the CPU by its own will, it waits for the GIL.
"""

import ctypes
import json
import os
import sys
import threading
import time
from bisect import bisect_right
from concurrent.futures import ThreadPoolExecutor
from queue import Queue

now = time.perf_counter_ns
lock = threading.Lock()
releases = []
told = {}
pipe = os.pipe()
one, other = Queue(), Queue()
other.put(now())


def spin(until_ns):
    while now() < until_ns:
        for _ in range(1000):
            pass


def spinner(spans, end):
    spin(end)


def locker(work_ns, outside_ns, hold_asleep_s=0.0):
    def work(spans, end):
        while now() < end:
            begun = now()
            lock.acquire()
            spans.append((begun, now(), "lock"))
            spin(now() + work_ns)
            if hold_asleep_s:
                sleep(spans, hold_asleep_s)
            releases.append(now())
            lock.release()
            spin(now() + outside_ns)

    return work


def handing(give, take):
    """Two that work and hand on to each other, each through a queue of its own."""

    def work(spans, end):
        while now() < end:
            begun = now()
            put = take.get()
            spans.append((begun, max(begun, put), "get"))
            if not put:
                return
            spin(now() + 2 * MS)
            sleep(spans, 0.002)
            give.put(now())
        give.put(0)

    return work


def executor(spans, end):
    """Submits tasks that sleep and compute to a pool of threads, which is idle in between."""

    def task(submitted):
        own = told.setdefault(threading.get_native_id(), {"life": (submitted, 0), "spans": []})
        begun = own["life"][1] or submitted
        own["spans"].append((begun, max(begun, submitted), "task"))
        sleep(own["spans"], 0.004)
        spin(now() + 1 * MS)
        own["life"] = own["life"][0], now()

    with ThreadPoolExecutor(3) as pool:
        while now() < end:
            futures = [pool.submit(task, now()) for _ in range(2)]
            for future in futures:
                future.add_done_callback(lambda _: None)
            sleep(spans, 0.012)


libc = ctypes.PyDLL(None)


def hog(spans, end):
    """Sleeps with the GIL."""
    while now() < end:
        begun = now()
        libc.usleep(12_000)
        # Asked for the GIL meanwhile, it gives it away as soon as the call is over.
        spans.append((begun, begun + 12 * MS, "sleep"))
        sleep(spans, 0.001)


def sleep(spans, seconds):
    begun = now()
    time.sleep(seconds)
    spans.append((begun, begun + int(seconds * 1e9), "sleep"))


def sleeper(seconds, work_ns):
    def work(spans, end):
        while now() < end:
            sleep(spans, seconds)
            spin(now() + work_ns)

    return work


def reader(spans, end):
    """Reads what `writer` wrote: until it is there, it waits for that."""
    while now() < end:
        begun = now()
        written = int(os.read(pipe[0], 32))
        spans.append((begun, max(begun, written), "read"))


def writer(spans, end):
    while now() < end + 100_000_000:
        sleep(spans, 0.012)
        os.write(pipe[1], f"{now():032}".encode())


MS = 1_000_000
KINDS = {
    "spinners": [spinner] * 4,
    "lock": [locker(3 * MS, 2 * MS)] * 3,
    "lock_asleep": [locker(1 * MS, 1 * MS, 0.008)] * 3 + [spinner],
    "sleepers": [spinner] * 2 + [sleeper(0.003, 1 * MS), sleeper(0.02, 4 * MS)],
    "mixed": [
        spinner,
        locker(2 * MS, 3 * MS),
        locker(1 * MS, 1 * MS, 0.005),
        sleeper(0.007, 2 * MS),
        reader,
        writer,
    ],
    "handing": [handing(one, other), handing(other, one)],
    "executor": [executor],
    "held_asleep": [hog, spinner],
}


def run(work, end):
    begun, spans = now(), []
    work(spans, end)
    told[threading.get_native_id()] = {"life": (begun, now()), "spans": spans}


def without_gil_waits(spans):
    """What was a wait for a lock ends with the last release before it was had."""
    for begun, end, what in spans:
        if what == "lock":
            last = bisect_right(releases, end) - 1
            end = max(begun, releases[last]) if last >= 0 else begun
        yield begun, end, what


if __name__ == "__main__":
    kind, seconds = sys.argv[1], float(sys.argv[2])
    end = now() + int(seconds * 1e9)
    threads = [threading.Thread(target=run, args=(work, end)) for work in KINDS[kind]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    releases.sort()
    for each in told.values():
        each["spans"] = list(without_gil_waits(each["spans"]))
    text = json.dumps(told)
    print(f'{{"stamp": {now()}, "threads": {text}}}')
