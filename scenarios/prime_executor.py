"""Primes with an executor

The executor hands out one number at a time to whichever worker falls free. Most numbers
have a small divisor and are done at once; a prime keeps its worker busy while the others
take all the rest. Primes are printed in the order in which they are found, which need not
be their own.
"""

from concurrent.futures import ProcessPoolExecutor


def print_if_prime(n):
    for i in range(2, int(n**0.5) + 1):
        if n % i == 0:
            return
    print(n)


def main(workers: int = 4, first: int = 1_000_000_000_000, count: int = 64):
    executor = ProcessPoolExecutor(workers)
    for i in range(first, first + count):
        executor.submit(print_if_prime, i)
    executor.shutdown()


if __name__ == "__main__":
    main()
