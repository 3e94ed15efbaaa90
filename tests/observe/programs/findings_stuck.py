"""The only consumer returns, the producer waits for room for ever; `twin`: the consumer is only
slow."""

import queue
import sys
import threading
import time

TWIN = sys.argv[1:] == ["twin"]
items = queue.Queue(maxsize=3)


def consume() -> None:
    while items.get() != 5:
        pass
    if TWIN:
        time.sleep(60)


def produce() -> None:
    for number in range(20):
        items.put(number)


threading.Thread(target=consume, name="consumer", daemon=True).start()
producer = threading.Thread(target=produce, name="producer")
producer.start()
producer.join()
