import threading

a, b = threading.Lock(), threading.Lock()
x = 0


def one():
    global x
    with a:
        x = x + 1


def two():
    global x
    with b:
        x = x + 1


t, u = threading.Thread(target=one), threading.Thread(target=two)
t.start()
u.start()
t.join()
u.join()
assert x == 2
