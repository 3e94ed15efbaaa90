import threading


class Service:
    _it = None

    def __new__(cls):
        if cls._it is None:
            cls._it = super().__new__(cls)
            cls._it.ready = False
        return cls._it

    def __init__(self):
        if not self.ready:
            self.table = {}
            self.ready = True

    def get(self):
        return self.table


def work():
    s = Service._it
    if s is not None:
        s.get()


t = threading.Thread(target=Service)
u = threading.Thread(target=work)
t.start()
u.start()
t.join()
u.join()
