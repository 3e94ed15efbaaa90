"""Is recorded from within, three times: see test_within."""

import os
import subprocess
import sys
import threading
import time
import queue
import multiprocessing as mp
import multiprocessing.queues
import multiprocessing.util

import paraviz

KINDS = (
    threading.Thread,
    threading.Condition,
    threading.Event,
    threading.Semaphore,
    queue.Queue,
    mp.Process,
    mp.queues.Queue,
    subprocess.Popen,
)
MODULES = (threading, time, os, queue, subprocess, sys, mp, mp.process, mp.util, mp.context)


def everything():
    found = {}
    for owner in (*KINDS, *MODULES):
        for name, value in vars(owner).items():
            if not name.startswith("_paraviz"):
                found[owner.__name__, name] = value
    found["sys", "stdout.write"] = "write" in vars(sys.stdout)
    return found


def different(before, after):
    return sorted(
        str(key)
        for key in after
        if key in before and before[key] is not after[key] and before[key] != after[key]
    )


def work(lock):
    for _ in range(3):
        with lock:
            time.sleep(0.002)


def child():
    time.sleep(0.01)


folder = sys.argv[1]
over = threading.Event()
old = threading.Thread(target=over.wait, name="old")
old.start()
before = everything()
try:
    with paraviz.recording(f"{folder}/first.pviz"):
        print("replaced while recording:", "yes" if different(before, everything()) else "no")
        lock = threading.Lock()
        new = [threading.Thread(target=work, args=(lock,), name=f"new-{i}") for i in range(2)]
        for thread in new:
            thread.start()
        for thread in new:
            thread.join()
        process = mp.get_context("fork").Process(target=child, name="forked")
        process.start()
        process.join()
        try:
            paraviz.start(f"{folder}/no.pviz")
        except RuntimeError as error:
            print("nested:", error)
        raise ZeroDivisionError("1/0")
except ZeroDivisionError as error:
    print("passed through:", error)
print("left:", different(before, everything()))
for _ in range(1000):
    with lock:
        pass
try:
    paraviz.stop()
except RuntimeError as error:
    print("not under way:", error)

with paraviz.recording(f"{folder}/second.pviz"):
    later = threading.Thread(target=work, args=(lock,), name="later")
    later.start()
    later.join()
beginner = threading.Thread(
    target=lambda: (paraviz.start(f"{folder}/third.pviz"), work(lock)), name="beginner"
)
beginner.start()
beginner.join()
over.set()
