import threading


class Single:
    _instance = None

    def __new__(cls):
        if cls._instance is None:
            cls._instance = super().__new__(cls)
        return cls._instance

    def __init__(self):
        self.values = getattr(self, "values", None) or []
        self.values.append(1)


made = []
threads = [threading.Thread(target=lambda: made.append(Single())) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
assert made[0] is made[1]
