import threading


class Meter:
    hits = 0

    def hit(self):
        self.hits += 1


meter = Meter()
threads = [threading.Thread(target=meter.hit) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert meter.hits == 2
