"""Threads log to one handler."""

import logging
import sys
import threading

logging.basicConfig(stream=sys.stdout, level=logging.INFO, format="%(threadName)s %(message)s")


def work(number):
    for at in range(10):
        logging.info("%d of %d", at, number)


threads = [threading.Thread(target=work, args=(number,), name=f"w{number}") for number in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
