import threading


class Account:
    def __init__(self, n):
        self.n = n
        self.lock = threading.Lock()


def transfer(a, b, x):
    with a.lock, b.lock:
        a.n -= x
        b.n += x


p, q = Account(10), Account(10)
t = threading.Thread(target=transfer, args=(p, q, 1))
u = threading.Thread(target=transfer, args=(q, p, 1))
t.start()
u.start()
t.join()
u.join()
