import threading

flag = False
data = None


def a():
    global flag, data
    data = 1
    flag = True


def b():
    while not flag:
        pass
    assert data == 1


t, u = threading.Thread(target=a), threading.Thread(target=b)
t.start()
u.start()
t.join()
u.join()
