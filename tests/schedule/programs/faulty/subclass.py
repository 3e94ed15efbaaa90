import threading


class Worker(threading.Thread):
    total = 0

    def __init__(self, n):
        super().__init__()
        self.n = n

    def run(self):
        before = Worker.total
        Worker.total = before + self.n


workers = [Worker(1), Worker(2)]
for w in workers:
    w.start()
for w in workers:
    w.join()
if Worker.total != 3:
    raise SystemExit("wrong total")
