import threading

e = threading.Event()


def setter():
    e.set()


def waiter():
    e.clear()
    e.wait()


t, u = threading.Thread(target=setter), threading.Thread(target=waiter)
t.start()
u.start()
t.join()
u.join()
