import threading

a = threading.RLock()
c = threading.Condition()


def one():
    with a:
        with c:
            pass


def two():
    with c:
        with a:
            pass


t, u = threading.Thread(target=one), threading.Thread(target=two)
t.start()
u.start()
t.join()
u.join()
