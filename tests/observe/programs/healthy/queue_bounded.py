"""A fast producer waits for a slow consumer: so it is meant."""

import queue
import threading
import time

line = queue.Queue(maxsize=2)


def produce():
    for number in range(20):
        line.put(number)
    line.put(None)


producer = threading.Thread(target=produce)
producer.start()
while line.get() is not None:
    time.sleep(0.01)
producer.join()
print("eaten")
