"""Who came after whom, in a program of the kind asked for; prints how often that changed."""

from __future__ import annotations

import json
import queue
import sys
import threading
from collections.abc import Callable
from itertools import pairwise

KIND, STEPS = sys.argv[1], int(sys.argv[2])
LOCK = threading.Lock()
QUEUE: queue.Queue[int] = queue.Queue(100)
who: list[int] = []
total = 0


def spin() -> None:
    for _ in range(STEPS):
        pass


def microsecond(me: int) -> None:
    """A critical section of about a microsecond: the case truth/m19."""
    global total
    for _ in range(120_000):
        with LOCK:
            total += 1
            who.append(me)


def twenty(me: int) -> None:
    """One of about 20 µs."""
    for _ in range(6_000):
        with LOCK:
            who.append(me)
            spin()


def counter(me: int) -> None:
    """Counting without a lock, where all that is watched is that threads run."""
    global total
    for _ in range(400_000):
        total += 1
        who.append(me)


def printers(me: int) -> None:
    """Lines with 20 µs of work between them."""
    for _ in range(6_000):
        print("ab"[me % 2], file=sys.stderr)
        who.append(me)
        spin()


def passing(me: int) -> None:
    """Two that produce and two that consume."""
    for i in range(20_000):
        if me % 2:
            QUEUE.put(i)
        else:
            QUEUE.get()
        who.append(me)


def main() -> None:
    kinds: list[Callable[[int], None]] = [microsecond, twenty, counter, printers, passing]
    body = next(kind for kind in kinds if kind.__name__ == KIND)
    threads = [threading.Thread(target=body, args=(me,)) for me in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps(sum(a != b for a, b in pairwise(who))))


if __name__ == "__main__":
    main()
