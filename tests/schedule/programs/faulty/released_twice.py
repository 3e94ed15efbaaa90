import _thread

lock = _thread.allocate_lock()
done = _thread.allocate_lock()
done.acquire()
left = 2


def work(n):
    global left
    with lock:
        left -= 1
    if left == 0:
        done.release()


for n in range(2):
    _thread.start_new_thread(work, (n,))
done.acquire()
print("ok")
