import threading

cond = threading.Condition()
ready = False


def consumer():
    if not ready:
        with cond:
            cond.wait()


def producer():
    global ready
    ready = True
    with cond:
        cond.notify()


t, u = threading.Thread(target=consumer), threading.Thread(target=producer)
t.start()
u.start()
t.join()
u.join()
