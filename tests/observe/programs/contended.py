"""Threads that want a lock which another one holds asleep; how often they had to wait for it."""

import threading
import time

ROUNDS = 6
HELD_S = 0.01


def hold(lock, start, waited):
    start.wait()
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        lock.acquire()
        waited.append(time.perf_counter() - begun > HELD_S / 2)
        time.sleep(HELD_S)
        lock.release()


def main():
    lock, start, waited = threading.Lock(), threading.Barrier(3), []
    workers = [threading.Thread(target=hold, args=(lock, start, waited)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    print(sum(waited))


if __name__ == "__main__":
    main()
