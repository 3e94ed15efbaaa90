"""A manager's dictionary and list, changed in a process."""

from multiprocessing import Manager, Process


def change(known, numbers):
    known[1] = "1"
    numbers.reverse()


if __name__ == "__main__":
    with Manager() as manager:
        known, numbers = manager.dict(), manager.list(range(10))
        process = Process(target=change, args=(known, numbers))
        process.start()
        process.join()
        print(dict(known), list(numbers))
