"""64 threads look for primes

Each number has a thread of its own, yet one GIL lets only one of them run at a time: all
the others wait for it, however many CPUs there are. With processes, or in an interpreter
without a GIL, several run at once.
"""

from multiprocessing import Process
from threading import Thread
from typing import Literal


def print_is_prime(n):
    divisors = [i for i in range(2, int(n**0.5) + 1) if n % i == 0]
    answer = f"has {len(divisors)} divisors" if divisors else "is prime"
    print(f"{n} {answer}\n", end="")


def main(
    how: Literal["threads", "processes"] = "threads",
    first: int = 100_000_000_000,
    count: int = 64,
):
    kind = {"threads": Thread, "processes": Process}[how]
    threads = []

    for i in range(first, first + count):
        prime_thread = kind(target=print_is_prime, args=(i,), name=f"{i}")
        prime_thread.start()
        threads.append(prime_thread)

    for thread in threads:
        thread.join()
    print(f"all {how} finished")


if __name__ == "__main__":
    main()
