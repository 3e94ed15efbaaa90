import threading

data = [0, 0]
result = [0, 0]
b = threading.Barrier(2)


def work(i):
    data[i] = i + 1
    b.wait()
    result[i] = data[1 - i]
    data[i] = 0


threads = [threading.Thread(target=work, args=(i,)) for i in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert result == [2, 1], result
