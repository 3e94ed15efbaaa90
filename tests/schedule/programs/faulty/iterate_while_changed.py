import threading

people = {"a": 1, "b": 2}


def show():
    for name in people:
        str(name)


def add():
    people["c"] = 3


t, u = threading.Thread(target=show), threading.Thread(target=add)
t.start()
u.start()
t.join()
u.join()
