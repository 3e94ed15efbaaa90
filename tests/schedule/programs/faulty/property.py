import threading


class T:
    def __init__(self):
        self._v = 0

    @property
    def v(self):
        return self._v

    @v.setter
    def v(self, x):
        self._v = x


t = T()


def inc():
    t.v += 1


threads = [threading.Thread(target=inc) for _ in range(2)]
for th in threads:
    th.start()
for th in threads:
    th.join()
assert t.v == 2
