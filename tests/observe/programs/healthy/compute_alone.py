"""One thread computes, another one waits for it."""

import threading


def compute():
    print(sum(number * number for number in range(1_000_000)))


thread = threading.Thread(target=compute)
thread.start()
thread.join()
