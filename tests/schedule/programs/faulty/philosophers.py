import threading

forks = [threading.Lock() for _ in range(3)]


def eat(i):
    left, right = forks[i], forks[(i + 1) % 3]
    with left:
        with right:
            print("eats", i)


threads = [threading.Thread(target=eat, args=(i,)) for i in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
