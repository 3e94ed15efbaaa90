"""Each way of waiting, in a thread named after it, met after 50 ms."""

import threading
import time

event = threading.Event()
condition = threading.Condition()
barrier = threading.Barrier(2)
slots = threading.Semaphore(0)


def wait_for_condition():
    with condition:
        condition.wait()


def give_up():
    threading.Event().wait(0.05)


ways = {
    "event": event.wait,
    "condition": wait_for_condition,
    "barrier": barrier.wait,
    "slots": slots.acquire,
    "timeout": give_up,
}
threads = [threading.Thread(target=way, name=name) for name, way in ways.items()]
threads.append(threading.Timer(0.05, str))
threads[-1].name = "timer"
for thread in threads:
    thread.start()
time.sleep(0.05)
event.set()
event.wait()
with condition:
    condition.notify()
barrier.wait()
slots.release()
for thread in threads:
    thread.join()
event.clear()
