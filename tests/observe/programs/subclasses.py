"""Threads subclassed, wrapped, named, timed; locals of their own."""

import threading


class Worker(threading.Thread):
    def __init__(self, number):
        super().__init__(name=f"worker-{number}")
        self.number = number

    def run(self):
        mine.value = self.number
        results.append((self.name, mine.value, threading.current_thread() is self))

    def join(self, timeout=None):
        super().join(timeout)
        return self.number


mine = threading.local()
results = []
workers = [Worker(number) for number in range(4)]
for worker in workers:
    worker.start()
print([worker.join() for worker in workers], sorted(results), hasattr(mine, "value"))
timer = threading.Timer(0.01, print, ("timer fired",))
timer.start()
timer.join()
daemon = threading.Thread(target=threading.Event().wait, daemon=True)
daemon.start()
print(daemon.is_alive(), threading.active_count())
daemon.join(0.01)
try:
    daemon.start()
except RuntimeError as error:
    print(error)
try:
    threading.current_thread().join()
except RuntimeError as error:
    print(error)
