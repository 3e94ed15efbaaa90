"""Producers and consumers at one queue

Producers fetch numbers, which takes a moment each, and put them into a queue; consumers
get them out and calculate. While more comes in than goes out the queue grows, and it
empties after the last producer has ended. Make the producers slower, and the consumers
starve at an empty queue.
"""

from multiprocessing import Process, Queue
from time import sleep


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def produce(queue, items, pause):
    for n in range(20, 20 + items):
        sleep(pause)
        queue.put(n)


def consume(queue):
    while (n := queue.get()) is not None:
        print(f"fib({n}) = {fib(n)}")


def start(target, name, *args):
    p = Process(target=target, args=args, name=name, daemon=True)
    p.start()
    return p


def main(producers: int = 2, consumers: int = 3, items: int = 10, pause: float = 0.02):
    queue = Queue()
    cs = [start(consume, f"consumer-{i}", queue) for i in range(consumers)]
    ps = [start(produce, f"producer-{i}", queue, items, pause) for i in range(producers)]
    for p in ps:
        p.join()
    for _ in cs:
        queue.put(None)
    for c in cs:
        c.join()


if __name__ == "__main__":
    main()
