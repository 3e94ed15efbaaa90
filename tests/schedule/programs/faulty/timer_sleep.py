import threading, time

result = []
t = threading.Timer(0.05, lambda: result.append(1))
t.start()
time.sleep(0.2)
print(result[0])
t.join()
