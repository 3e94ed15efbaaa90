import threading

gate = threading.Semaphore(2)
n = 0


def work():
    global n
    with gate:
        m = n
        n = m + 1


threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert n == 2
