import threading

slots = threading.Semaphore(1)
state = {"fail": False}


def job():
    slots.acquire()
    if state["fail"]:
        return
    slots.release()


def toggler():
    state["fail"] = True
    state["fail"] = False


threads = [threading.Thread(target=job) for _ in range(2)] + [threading.Thread(target=toggler)]
for t in threads:
    t.start()
for t in threads:
    t.join()
