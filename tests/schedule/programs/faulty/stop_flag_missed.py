import threading, queue

q = queue.Queue()
running = True


def work():
    while running:
        q.get()


t = threading.Thread(target=work)
t.start()
q.put(1)
running = False
t.join()
