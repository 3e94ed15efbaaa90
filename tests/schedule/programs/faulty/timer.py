import threading

done = False


def finish():
    global done
    done = True


t = threading.Timer(0.1, finish)
t.start()
assert not done
value = done
t.join()
assert value == done or not value
