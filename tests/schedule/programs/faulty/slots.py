import threading


class P:
    __slots__ = ("x",)


p = P()
p.x = 0


def inc():
    p.x += 1


threads = [threading.Thread(target=inc) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert p.x == 2
