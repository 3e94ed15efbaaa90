"""Each thread has its own value."""

import threading

own = threading.local()
seen = []


def work(number):
    own.number = number
    seen.append(own.number)


threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(sorted(seen))
