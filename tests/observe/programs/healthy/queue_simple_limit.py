"""Somebody asks a queue with a limit, and goes on when nothing came."""

import queue

line = queue.SimpleQueue()
try:
    line.get(timeout=0.2)
except queue.Empty:
    print("nothing came")
line.put(1)
print(line.get())
