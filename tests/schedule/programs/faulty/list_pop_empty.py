import threading

jobs = [1]


def work():
    if jobs:
        jobs.pop()


threads = [threading.Thread(target=work) for _ in range(2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
