"""Ends its children on purpose, by three ways; one kills itself."""

import multiprocessing
import os
import signal


def waits(pipe):
    pipe.send("here")
    pipe.recv()


def kills_itself():
    os.kill(os.getpid(), signal.SIGKILL)


if __name__ == "__main__":
    fork = multiprocessing.get_context("fork")
    for name in ("killed", "by number", "terminated"):
        ours, its = fork.Pipe()
        child = fork.Process(target=waits, args=(its,), name=name)
        child.start()
        ours.recv()
        if name == "killed":
            child.kill()
        elif name == "terminated":
            child.terminate()
        else:
            os.kill(child.pid, signal.SIGKILL)
        child.join()
    child = fork.Process(target=kills_itself, name="itself")
    child.start()
    child.join()
    try:
        os.kill(child.pid, signal.SIGTERM)
    except ProcessLookupError:
        print("is gone")
