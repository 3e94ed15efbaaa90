import threading

barrier = threading.Barrier(3)
seen = 0


def work(i):
    global seen
    if i == 2 and seen:
        return
    seen = 1
    barrier.wait()


threads = [threading.Thread(target=work, args=(i,)) for i in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
