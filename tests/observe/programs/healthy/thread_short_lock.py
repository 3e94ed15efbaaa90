"""Threads compute, and hold a lock shortly."""

import threading
import time

lock, total = threading.Lock(), 0


def work():
    global total
    for _ in range(20):
        time.sleep(0.005)
        with lock:
            total += 1


threads = [threading.Thread(target=work) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(total)
