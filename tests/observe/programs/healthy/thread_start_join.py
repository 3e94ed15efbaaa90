"""Threads are started and joined."""

import threading


def work(number):
    print("worker", number)


threads = [threading.Thread(target=work, args=(number,)) for number in range(5)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
