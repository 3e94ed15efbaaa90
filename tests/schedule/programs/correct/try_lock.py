import threading

lock = threading.Lock()
n = 0


def work():
    global n
    if lock.acquire(blocking=False):
        n += 1
        lock.release()


threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert 1 <= n <= 2
