import threading

t = threading.Timer(30, lambda: 1 / 0)
t.start()
t.cancel()
t.join()
