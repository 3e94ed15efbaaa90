"""A daemon that beats, cut off at the end."""

import threading
import time


def beat():
    while True:
        time.sleep(0.02)


threading.Thread(target=beat, daemon=True).start()
time.sleep(0.3)
print("bye")
