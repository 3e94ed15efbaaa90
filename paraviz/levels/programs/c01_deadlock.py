"""Make them wait for each other

One thread takes lock a, then lock b; the other takes b, then a. Make them wait for each other for
ever.

[level]
fewest = 1
goal = { kind = "deadlock" }
hints = ["Each has to have one.", "Stop one between its two locks."]

[level.de]
title = "Lass sie aufeinander warten"
text = '''
Ein Thread nimmt Lock a, dann Lock b; der andere nimmt b, dann a. Lass sie für immer aufeinander
warten.'''
hints = ["Jeder muss einen haben.", "Halte einen zwischen seinen beiden Locks an."]
"""

from threading import Lock, Thread

a, b = Lock(), Lock()


def work(first, second):
    with first:
        with second:
            pass


threads = [
    Thread(target=work, args=(a, b), name="thread-ab"),
    Thread(target=work, args=(b, a), name="thread-ba"),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("done")
