"""A semaphore lets two in at once; everybody gives back."""

import threading
import time

places = threading.BoundedSemaphore(2)


def visit():
    with places:
        time.sleep(0.02)


threads = [threading.Thread(target=visit) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("all were there")
