import threading


class RW:
    def __init__(self):
        self.c = threading.Condition()
        self.readers = 0
        self.writer = False

    def read(self):
        with self.c:
            while self.writer:
                self.c.wait()
            self.readers += 1

    def unread(self):
        with self.c:
            self.readers -= 1
            self.c.notify_all()

    def upgrade(self):
        with self.c:
            while self.readers > 1:
                self.c.wait()
            self.writer = True


rw = RW()


def work():
    rw.read()
    rw.upgrade()
    rw.unread()


threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
