"""Is a queue slower than a pipe?

One process sends messages through a pipe, another one through a queue, by turns. A queue
is made of a pipe, two locks and a thread that feeds it: look at the extra lane. In the
end both are told in microseconds a message: the median of all rounds, and the fastest and
the slowest.
"""

from multiprocessing import Pipe, Process, Queue, Semaphore
from statistics import median
from time import perf_counter


def send(put, go, rounds, text, n):
    for _ in range(rounds):
        go.acquire()
        for _ in range(n):
            put(text)


def microseconds(get, go, n):
    start = perf_counter()
    go.release()
    for _ in range(n):
        get()
    return (perf_counter() - start) / n * 1e6


def main(n: int = 2_000, size: int = 100, rounds: int = 10):
    pipe, queue = Pipe(duplex=False), Queue()
    ends = {"pipe": (pipe[1].send, pipe[0].recv), "queue": (queue.put, queue.get)}
    go, times = {name: Semaphore(0) for name in ends}, {name: [] for name in ends}
    for name, (put, get) in ends.items():
        args = put, go[name], rounds + 1, "x" * size, n
        Process(target=send, args=args, name=name, daemon=True).start()
        microseconds(get, go[name], n)
    for _ in range(rounds):
        for name, (put, get) in ends.items():
            times[name].append(microseconds(get, go[name], n))
    for name, ts in times.items():
        print(f"{name:5} {median(ts):5.1f} µs ({min(ts):.1f} to {max(ts):.1f})")
    slower = sum(p < q for p, q in zip(times["pipe"], times["queue"], strict=True))
    print(f"the queue was slower in {slower} of {rounds} rounds")


if __name__ == "__main__":
    main()
