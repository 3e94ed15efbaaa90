import threading

lock = threading.Lock()
instance = None
made = 0


def get():
    global instance, made
    if instance is None:
        with lock:
            if instance is None:
                made += 1
                instance = object()
    return instance


threads = [threading.Thread(target=get) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert made == 1
