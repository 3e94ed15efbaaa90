import threading

lock = threading.RLock()
n = 0


def inner():
    global n
    with lock:
        n += 1


def outer():
    with lock:
        inner()


threads = [threading.Thread(target=outer) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert n == 2
