"""Pairs of processes that hand a byte to and fro for some seconds, each pair on one CPU."""

import os
import sys
import time


def play(seconds):
    """One process of a pair serves, the other returns; each pass is a context switch."""
    there, back = os.pipe(), os.pipe()
    if not os.fork():
        os.close(there[1])
        while os.read(there[0], 1):
            os.write(back[1], b"x")
        os._exit(0)
    os.close(there[0])
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for _ in range(100):
            os.write(there[1], b"x")
            os.read(back[0], 1)
    os.close(there[1])
    os.wait()


if __name__ == "__main__":
    pairs = []
    seconds, count = float(sys.argv[1]), int(sys.argv[2])
    for cpu in sorted(os.sched_getaffinity(0))[:count]:
        pid = os.fork()
        if not pid:
            os.sched_setaffinity(0, [cpu])
            play(seconds)
            os._exit(0)
        pairs.append(pid)
    for pid in pairs:
        os.waitpid(pid, 0)
