import threading

ready = threading.Event()
data = {}


def producer():
    ready.set()
    data["x"] = 1


def consumer():
    ready.wait()
    print(data["x"])


t, u = threading.Thread(target=producer), threading.Thread(target=consumer)
t.start()
u.start()
t.join()
u.join()
