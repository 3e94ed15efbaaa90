import threading

lock = threading.Lock()
stock = 1
sold = []


def buy(who):
    global stock
    with lock:
        ok = stock > 0
    if ok:
        with lock:
            stock -= 1
            sold.append(who)


threads = [threading.Thread(target=buy, args=(i,)) for i in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert stock >= 0
