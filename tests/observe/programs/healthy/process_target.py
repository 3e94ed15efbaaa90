"""A process is started and joined."""

from multiprocessing import Process


def greet(name):
    print("hello", name)


if __name__ == "__main__":
    process = Process(target=greet, args=("bob",))
    process.start()
    process.join()
