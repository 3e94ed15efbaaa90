import queue, threading

q = queue.Queue()


def work():
    while True:
        item = q.get()
        if item == 2 and last:
            continue
        last.append(item)
        q.task_done()


last = []
threading.Thread(target=work, daemon=True).start()
threading.Thread(target=work, daemon=True).start()
q.put(1)
q.put(2)
q.join()
