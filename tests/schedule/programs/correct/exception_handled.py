import threading


def work():
    try:
        1 / 0
    except ZeroDivisionError:
        pass


t = threading.Thread(target=work)
t.start()
t.join()
