import threading, time

beats = 0


def beat():
    global beats
    while True:
        time.sleep(60)
        beats += 1


threading.Thread(target=beat, daemon=True).start()


def work():
    pass


t = threading.Thread(target=work)
t.start()
t.join(timeout=5)
assert not t.is_alive()
