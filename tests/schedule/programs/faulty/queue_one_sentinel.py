import queue, threading

q = queue.Queue()


def work():
    while True:
        item = q.get()
        if item is None:
            break


threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads:
    t.start()
q.put(1)
q.put(None)
for t in threads:
    t.join()
