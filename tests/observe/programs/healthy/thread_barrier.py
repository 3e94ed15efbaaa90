"""All meet at a barrier, twice."""

import threading

barrier = threading.Barrier(3, timeout=20)


def client():
    for _ in range(2):
        barrier.wait()


threads = [threading.Thread(target=client) for _ in range(2)]
for thread in threads:
    thread.start()
client()
for thread in threads:
    thread.join()
print("met")
