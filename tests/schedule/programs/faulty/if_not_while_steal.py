import threading

cond = threading.Condition()
items = []


def consumer():
    with cond:
        if not items:
            cond.wait()
        items.pop(0)


def producer():
    with cond:
        items.append(1)
        cond.notify_all()


threads = [threading.Thread(target=consumer, daemon=True) for _ in range(2)]
for t in threads:
    t.start()
producer()
for t in threads:
    t.join(0.5)
