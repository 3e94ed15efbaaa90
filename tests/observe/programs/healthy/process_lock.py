"""Processes print under a lock."""

from multiprocessing import Lock, Process


def say(lock, number):
    with lock:
        print("hello", number)


if __name__ == "__main__":
    lock = Lock()
    processes = [Process(target=say, args=(lock, number)) for number in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
