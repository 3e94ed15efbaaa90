"""A helper that never ends is ended on purpose."""

import time
from multiprocessing import Process


def watch():
    while True:
        time.sleep(0.02)


if __name__ == "__main__":
    helper = Process(target=watch)
    helper.start()
    time.sleep(0.1)
    helper.terminate()
    helper.join()
    print(helper.exitcode < 0)
