import threading

cond = threading.Condition()
items = []
got = []


def consumer():
    with cond:
        while not items:
            cond.wait()
        got.append(items.pop())


def producer():
    with cond:
        items.append(1)
        cond.notify()


threads = [threading.Thread(target=f) for f in (consumer, producer)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert got == [1]
