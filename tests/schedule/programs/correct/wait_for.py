import threading

c = threading.Condition()
n = 0


def up():
    global n
    with c:
        n += 1
        c.notify_all()


def wait():
    with c:
        c.wait_for(lambda: n == 2, timeout=10)
        assert n == 2


threads = [threading.Thread(target=f) for f in (wait, up, up)]
for t in threads:
    t.start()
for t in threads:
    t.join()
