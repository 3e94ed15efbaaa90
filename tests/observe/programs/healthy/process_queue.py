"""A process puts something into a queue, which is taken before it is joined."""

from multiprocessing import Process, Queue


def put(queue):
    queue.put([42, None, "hello"])


if __name__ == "__main__":
    queue = Queue()
    process = Process(target=put, args=(queue,))
    process.start()
    print(queue.get())
    process.join()
