import threading

total = 0


def add():
    global total
    total = 5


threading.Thread(target=add).start()
assert total == 5
