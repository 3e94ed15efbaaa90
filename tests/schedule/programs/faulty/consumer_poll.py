import threading, queue

q = queue.Queue()
stop = threading.Event()
out = []


def work():
    while True:
        try:
            out.append(q.get(timeout=0.1))
        except queue.Empty:
            if stop.is_set():
                return


t = threading.Thread(target=work)
t.start()
q.put(1)
q.put(2)
stop.set()
t.join()
assert out == [1, 2]
