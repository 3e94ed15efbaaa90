import threading

b = threading.Barrier(2)
data = [0, 0]
out = [0, 0]


def work(i):
    data[i] = i + 1
    b.wait()
    out[i] = data[1 - i]


threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert out == [2, 1]
