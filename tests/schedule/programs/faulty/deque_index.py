import threading
from collections import deque

d = deque([1, 2])


def look():
    if len(d) > 1:
        d[1]


def drop():
    d.popleft()


t, u = threading.Thread(target=look), threading.Thread(target=drop)
t.start()
u.start()
t.join()
u.join()
