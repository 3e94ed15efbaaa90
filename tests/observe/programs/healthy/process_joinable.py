"""A joinable queue is joined once all of it was done."""

from multiprocessing import JoinableQueue, Process


def work(queue):
    while queue.get() is not None:
        queue.task_done()
    queue.task_done()


if __name__ == "__main__":
    queue = JoinableQueue()
    process = Process(target=work, args=(queue,))
    process.start()
    for number in [*range(10), None]:
        queue.put(number)
    queue.join()
    process.join()
    print("done")
