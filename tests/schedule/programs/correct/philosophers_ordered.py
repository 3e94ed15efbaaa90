import threading

forks = [threading.Lock() for _ in range(3)]


def eat(i):
    first, second = sorted((i, (i + 1) % 3))
    with forks[first], forks[second]:
        pass


threads = [threading.Thread(target=eat, args=(i,)) for i in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
