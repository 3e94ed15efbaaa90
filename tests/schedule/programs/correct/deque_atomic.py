import threading
from collections import deque

d = deque()


def work(i):
    d.append(i)


threads = [threading.Thread(target=work, args=(i,)) for i in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert sorted(d) == [0, 1, 2]
