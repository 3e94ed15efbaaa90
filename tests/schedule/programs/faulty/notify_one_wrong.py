import threading


class Box:
    def __init__(self):
        self.cond = threading.Condition()
        self.item = None

    def put(self, x):
        with self.cond:
            while self.item is not None:
                self.cond.wait()
            self.item = x
            self.cond.notify()

    def take(self):
        with self.cond:
            while self.item is None:
                self.cond.wait()
            x, self.item = self.item, None
            self.cond.notify()
            return x


box = Box()
threads = [threading.Thread(target=box.put, args=(i,)) for i in range(2)]
threads += [threading.Thread(target=box.take) for _ in range(2)]
threads += [threading.Thread(target=box.put, args=(9,)), threading.Thread(target=box.take)]
for t in threads:
    t.start()
for t in threads:
    t.join()
