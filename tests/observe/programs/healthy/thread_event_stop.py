"""A worker looks now and then whether it is to stop."""

import threading
import time

stop = threading.Event()


def work():
    while not stop.wait(0.02):
        pass
    print("stopped")


worker = threading.Thread(target=work)
worker.start()
time.sleep(0.2)
stop.set()
worker.join()
