import threading

stop = False


def a():
    global stop
    if not stop:
        stop = True
    else:
        while stop:
            pass


t, u = threading.Thread(target=a), threading.Thread(target=a)
t.start()
u.start()
t.join()
u.join()
