"""Workers take from one queue and put into another until each gets its sentinel."""

from multiprocessing import Process, Queue, current_process


def work(tasks, done):
    for number in iter(tasks.get, "STOP"):
        done.put((bool(current_process().name), number * number))


if __name__ == "__main__":
    tasks, done = Queue(), Queue()
    for number in range(20):
        tasks.put(number)
    workers = [Process(target=work, args=(tasks, done)) for _ in range(3)]
    for worker in workers:
        worker.start()
    print(sum(done.get()[1] for _ in range(20)))
    for _ in workers:
        tasks.put("STOP")
    for worker in workers:
        worker.join()
