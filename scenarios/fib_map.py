"""Fibonacci numbers with map, in one process

One process and one thread work off the list, number after number: there is a single lane,
and it runs from beginning to end. One CPU is busy and the others have nothing to do. This
is the baseline for everything that is done in parallel.
"""


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def main(count: int = 32):
    numbers = range(count)
    print(list(numbers))
    print(list(map(fib, numbers)))


if __name__ == "__main__":
    main()
