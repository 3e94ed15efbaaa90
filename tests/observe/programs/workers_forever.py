"""Never ends by itself, nor does any of its workers: one a start method, one by a plain fork, one
whose parent is gone."""

import multiprocessing
import os
import time


def spin(ready):
    ready.send("ready")
    while True:
        pass


def forked(ready, leaves_parent):
    if os.fork():
        return
    if leaves_parent:
        os.setsid()
        if os.fork():
            os._exit(0)
    ready.send("ready")
    time.sleep(600)


if __name__ == "__main__":
    there, ready = multiprocessing.Pipe(duplex=False)
    for method in ("fork", "spawn", "forkserver"):
        multiprocessing.get_context(method).Process(target=spin, args=(ready,)).start()
    forked(ready, leaves_parent=False)
    forked(ready, leaves_parent=True)
    for _ in range(5):
        there.recv()
    print("running", flush=True)
    time.sleep(600)
