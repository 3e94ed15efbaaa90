import threading, time

data = None


def load():
    global data
    data = [1, 2, 3]


t = threading.Thread(target=load)
t.start()
time.sleep(0.1)
print(len(data))
t.join()
