import threading

people = {"a": 1, "b": 2}


def name_of(key):
    return key.upper()


def show():
    return [name_of(key) for key in people]


def add():
    people["c"] = 3


t, u = threading.Thread(target=show), threading.Thread(target=add)
t.start()
u.start()
t.join()
u.join()
