import threading, time

out = []


def work(i):
    time.sleep(0.1 * i)
    out.append(i)


threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert out == [0, 1], out
