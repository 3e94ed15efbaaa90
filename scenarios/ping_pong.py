"""A background process at the other end of a pipe

The job goes out and the result comes back through the same pipe: follow the arrows there
and back. The two take turns. Between jobs the background process is blocked in `recv`: it
rests and costs nothing.
"""

from multiprocessing import Pipe, Process
from time import sleep


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def background(connection):
    while (n := connection.recv()) is not None:
        connection.send(fib(n))


def main(jobs: int = 6, first: int = 23, rest: float = 0.1):
    connection, other_end = Pipe()
    p = Process(target=background, args=(other_end,), name="background", daemon=True)
    p.start()
    for n in range(first, first + jobs):
        connection.send(n)
        print(f"fib({n}) = {connection.recv()}")
        sleep(rest)
    connection.send(None)
    p.join()


if __name__ == "__main__":
    main()
