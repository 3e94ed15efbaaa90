import threading, time

signal = threading.Lock()
signal.acquire()


def work():
    signal.acquire()
    print("got it")


t = threading.Thread(target=work)
t.start()
time.sleep(0.1)
signal.release()
t.join()
