import threading


def make():
    n = 0

    def bump():
        nonlocal n
        n += 1

    def read():
        return n

    return bump, read


bump, read = make()
threads = [threading.Thread(target=bump) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
if read() != 2:
    raise RuntimeError(f"lost: {read()}")
