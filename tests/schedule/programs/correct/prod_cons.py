import threading, queue

q = queue.Queue(2)
got = []


def produce():
    for i in range(3):
        q.put(i)
    q.put(None)


def consume():
    while (x := q.get()) is not None:
        got.append(x)


t, u = threading.Thread(target=produce), threading.Thread(target=consume)
t.start()
u.start()
t.join()
u.join()
assert got == [0, 1, 2]
