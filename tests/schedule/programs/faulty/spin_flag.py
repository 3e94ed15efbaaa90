import threading

ready = False
data = None


def producer():
    global ready, data
    ready = True
    data = [1]


def consumer():
    while not ready:
        pass
    print(len(data))


t, u = threading.Thread(target=producer), threading.Thread(target=consumer)
t.start()
u.start()
t.join()
u.join()
