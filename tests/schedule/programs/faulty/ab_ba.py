from threading import Lock, Thread

a, b = Lock(), Lock()


def one():
    with a:
        with b:
            pass


def two():
    with b:
        with a:
            pass


t, u = Thread(target=one), Thread(target=two)
t.start()
u.start()
t.join()
u.join()
print("done")
