import threading

lock = threading.Lock()
try:
    try:
        1 / 0
    except ZeroDivisionError:
        lock.release()
except RuntimeError as error:
    raise KeyError("outer") from error
