"""Consumers wait by a predicate, and are notified."""

import threading

items, there = [], threading.Condition()


def consume():
    with there:
        there.wait_for(lambda: items)
        print("got", items.pop())


consumer = threading.Thread(target=consume)
consumer.start()
with there:
    items.append(1)
    there.notify()
consumer.join()
