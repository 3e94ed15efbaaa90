import threading

e = threading.Event()
data = []


def producer():
    data.append(1)
    e.set()


def consumer():
    e.wait()
    assert data == [1]


t, u = threading.Thread(target=producer), threading.Thread(target=consumer)
u.start()
t.start()
t.join()
u.join()
