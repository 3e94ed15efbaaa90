import threading

s = threading.BoundedSemaphore(1)


def over():
    s.release()


def use():
    with s:
        pass


t, u = threading.Thread(target=use), threading.Thread(target=over)
t.start()
u.start()
t.join()
u.join()
