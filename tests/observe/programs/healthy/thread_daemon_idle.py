"""A daemon waits for work when the program ends, and has none left."""

import queue
import threading

letters = queue.Queue()


def serve():
    while True:
        letters.get()
        letters.task_done()


threading.Thread(target=serve, daemon=True).start()
for number in range(30):
    letters.put(number)
letters.join()
print("All work completed")
