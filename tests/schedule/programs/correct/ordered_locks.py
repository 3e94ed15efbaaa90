import threading

a, b = threading.Lock(), threading.Lock()


def work():
    with a:
        with b:
            pass


threads = [threading.Thread(target=work) for _ in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
