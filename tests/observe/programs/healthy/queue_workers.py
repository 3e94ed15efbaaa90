"""Threads take from a queue until each finds its sentinel."""

import queue
import threading

tasks, done = queue.Queue(), []


def work():
    while (number := tasks.get()) is not None:
        done.append(number)
        tasks.task_done()


workers = [threading.Thread(target=work) for _ in range(3)]
for worker in workers:
    worker.start()
for number in range(60):
    tasks.put(number)
tasks.join()
for _ in workers:
    tasks.put(None)
for worker in workers:
    worker.join()
print(len(done))
