import threading


class Counter:
    count = 0

    def bump(self):
        Counter.count += 1


def work():
    Counter().bump()


threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert Counter.count == 2
