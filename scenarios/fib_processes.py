"""Ten processes, ten Fibonacci numbers

The processes run truly in parallel, as many at a time as there are CPUs. Each number
takes about 1.6 times as long as the one before, so the last process works on when all
others have ended: it alone decides how long the whole takes.
"""

from multiprocessing import Process


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def print_fib(n):
    print(f"fib({n}) = {fib(n)}")


def main(first: int = 24, count: int = 10):
    processes = []
    for i in range(first, first + count):
        p = Process(target=print_fib, args=(i,), name=f"fib({i})")
        processes.append(p)
        p.start()
    for process in processes:
        process.join()


if __name__ == "__main__":
    main()
