"""The most urgent first, from several threads."""

import queue
import threading

line = queue.PriorityQueue()
threads = [threading.Thread(target=line.put, args=((9 - at, at),)) for at in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print([line.get() for _ in range(5)])
