import threading

values = {"a": 1}


def remove():
    del values["a"]


threads = [threading.Thread(target=lambda: values.pop("a", None)), threading.Thread(target=remove)]
for t in threads:
    t.start()
for t in threads:
    t.join()
