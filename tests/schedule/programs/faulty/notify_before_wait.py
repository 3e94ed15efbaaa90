import threading

cond = threading.Condition()


def waiter():
    with cond:
        cond.wait()


t = threading.Thread(target=waiter)
t.start()
with cond:
    cond.notify()
t.join()
print("done")
