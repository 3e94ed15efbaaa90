import threading

lock = threading.Lock()


def work():
    with lock:
        print("work")


t = threading.Thread(target=work)
with lock:
    t.start()
    t.join()
