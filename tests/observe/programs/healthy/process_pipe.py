"""A process sends through a pipe, and the other end reads."""

from multiprocessing import Pipe, Process


def send(end):
    end.send([42, None, "hello"])
    end.close()


if __name__ == "__main__":
    here, there = Pipe()
    process = Process(target=send, args=(there,))
    process.start()
    print(here.recv())
    process.join()
