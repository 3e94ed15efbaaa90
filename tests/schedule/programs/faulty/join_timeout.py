import threading

result = {}


def work():
    result["x"] = 1


t = threading.Thread(target=work)
t.start()
t.join(timeout=0.01)
print(result["x"])
