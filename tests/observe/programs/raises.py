import threading


def inner():
    raise ValueError("from a thread")


def outer():
    inner()


thread = threading.Thread(target=outer, name="worker")
thread.start()
thread.join()
print("joined")
lock = threading.Lock()
try:
    lock.release()
except RuntimeError as error:
    print(type(error).__name__, error)
{}["missing"]
