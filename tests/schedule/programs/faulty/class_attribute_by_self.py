import threading


class Ids:
    last = 0

    @classmethod
    def take(cls):
        number = cls.last + 1
        cls.last = number
        return number


got = []
threads = [threading.Thread(target=lambda: got.append(Ids.take())) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert len(set(got)) == 2, got
