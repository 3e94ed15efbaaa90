"""Each process has its own part of an array."""

from multiprocessing import Array, Process


def fill(numbers, first):
    for at in range(first, first + 10):
        numbers[at] = at * at


if __name__ == "__main__":
    numbers = Array("i", 20)
    processes = [Process(target=fill, args=(numbers, first)) for first in (0, 10)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    print(list(numbers))
