"""A lock that its owner takes again."""

import threading

lock, total = threading.RLock(), 0


def add(depth):
    global total
    with lock:
        total += 1
        if depth:
            add(depth - 1)


threads = [threading.Thread(target=add, args=(5,)) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(total)
