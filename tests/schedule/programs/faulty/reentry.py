import threading

lock = threading.Lock()


def outer(n):
    with lock:
        inner(n)


def inner(n):
    if n > 1:
        with lock:
            print(n)


flag = 0


def set_flag():
    global flag
    flag = 2


t = threading.Thread(target=set_flag)
t.start()
u = threading.Thread(target=lambda: outer(flag))
u.start()
t.join()
u.join()
