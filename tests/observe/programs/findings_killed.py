"""A process is killed while it holds a lock, for which another one waits; `twin`: it is asked to
end while it holds none, as pools do with theirs."""

import sys
import time
from multiprocessing import Event, Lock, Process

TWIN = sys.argv[1:] == ["twin"]


def hold(lock, ready) -> None:
    with lock:
        ready.set()
        time.sleep(0 if TWIN else 60)
    time.sleep(60)


def want(lock) -> None:
    if lock.acquire(timeout=0.4):
        lock.release()


if __name__ == "__main__":
    lock, ready = Lock(), Event()
    holder = Process(target=hold, args=(lock, ready), name="holder")
    holder.start()
    ready.wait()
    other = Process(target=want, args=(lock,), name="other")
    other.start()
    time.sleep(0.25)
    if TWIN:
        holder.terminate()
    else:
        holder.kill()
    holder.join()
    other.join()
