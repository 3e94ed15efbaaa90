import threading, time

done = threading.Event()
result = []


def work():
    time.sleep(0.05)
    result.append(1)
    done.set()


threading.Thread(target=work).start()
done.wait(timeout=0.1)
print(result[0])
