import threading, time

lock = threading.Lock()
n = 0


def work():
    global n
    lock.acquire(timeout=0.1)
    m = n
    time.sleep(0.2)
    n = m + 1
    if lock.locked():
        lock.release()


threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert n == 2
