import threading, queue

q = queue.Queue()
out = []


def work():
    while True:
        out.append(q.get())
        q.task_done()


threading.Thread(target=work, daemon=True).start()
for i in range(3):
    q.put(i)
q.join()
assert out == [0, 1, 2]
