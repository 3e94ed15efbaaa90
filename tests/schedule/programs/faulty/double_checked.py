import threading

lock = threading.Lock()


class Config:
    pass


instance = None


def get():
    global instance
    if instance is None:
        with lock:
            if instance is None:
                instance = Config()
                instance.url = "http://x"
    return instance.url


threads = [threading.Thread(target=get) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
