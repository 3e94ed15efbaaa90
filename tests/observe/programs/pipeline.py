"""One puts the numbers from 1, two get them and write what they got; for each kind of queue."""

import queue
import sys
import threading
import time

N = 50


def consume(jobs):
    while (job := jobs.get()) <= N:
        sys.stdout.write(f"{job}\n")
        if job % 10 == 0:
            time.sleep(0.001)


def run(jobs, name):
    threads = [threading.Thread(target=consume, args=(jobs,), name=f"{name} {i}") for i in (1, 2)]
    for thread in threads:
        thread.start()
    time.sleep(0.05)
    for number in range(1, N + 3):
        if number > N:
            time.sleep(0.05)
        jobs.put(number)
    for thread in threads:
        thread.join()


first = queue.Queue()
last = queue.LifoQueue()
simple = queue.SimpleQueue()
narrow = queue.Queue(maxsize=1)
urgent = queue.PriorityQueue()
run(first, "first")
run(last, "last")
run(simple, "simple")
run(narrow, "narrow")
run(urgent, "urgent")


def fill():
    narrow.put(1)
    narrow.put(2)


full = threading.Thread(target=fill, name="full")
full.start()
time.sleep(0.05)
narrow.get()
narrow.get()
full.join()
joining = threading.Thread(target=first.join, name="joining", daemon=True)
joining.start()
joining.join(0.05)
