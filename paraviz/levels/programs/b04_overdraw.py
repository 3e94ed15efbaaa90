"""Overdraw the account

Two threads withdraw 60 each, if there is enough on the account of 100. Overdraw it.

[level]
fewest = 3
goal = { output = "-20" }
hints = ["Both have to look while there is enough."]

[level.de]
title = "Überzieh das Konto"
text = '''
Zwei Threads heben je 60 ab, wenn auf dem Konto mit 100 genug ist. Überzieh es.'''
hints = ["Beide müssen nachsehen, solange genug da ist."]
"""

from threading import Lock, Thread

account = [100]
lock = Lock()


def withdraw(amount):
    if account[0] >= amount:
        with lock:
            account[0] = account[0] - amount


threads = [Thread(target=withdraw, args=(60,), name=name) for name in ("anna", "bert")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(account[0])
