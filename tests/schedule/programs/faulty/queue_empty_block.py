import queue, threading

q = queue.Queue()
q.put(1)


def work():
    while not q.empty():
        q.get()


threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
