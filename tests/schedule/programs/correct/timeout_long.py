import threading, queue

q = queue.Queue()


def work():
    q.put(1)


threading.Thread(target=work).start()
assert q.get(timeout=5) == 1
