"""A worker ends without a word once one file is there; its parent looks after another is.

python unreaped.py FILE FILE killed|exits
"""

import multiprocessing
import os
import posix
import signal
import sys
import time

UNSEEN_EXIT = posix._exit


def wait_for(file):
    while not os.path.exists(file):
        time.sleep(0.02)


def work(file):
    wait_for(file)
    UNSEEN_EXIT(3)


if __name__ == "__main__":
    ends, joins, how = sys.argv[1:]
    context = multiprocessing.get_context("fork")
    victim = context.Process(target=work, args=(ends if how == "exits" else joins,), name="victim")
    victim.start()
    wait_for(ends)
    if how == "killed":
        os.kill(victim.pid, signal.SIGKILL)
    wait_for(joins)
    victim.join()
    print("joined", flush=True)
    while True:
        time.sleep(0.02)
