"""With a lock: prove it

The same printers, but each takes the lock before its letters and releases it after. Nobody can make
the letters alternate: try it, then prove it (p).

[level]
impossible = true
goal = { output = "ababab" }
hints = ["Who has the lock need not hurry: nobody else gets in.", "p tries all schedules."]

[level.de]
title = "Mit Lock: beweise es"
text = '''
Dieselben Drucker, aber jeder nimmt den Lock vor seinen Buchstaben und gibt ihn danach frei.
Niemand kann die Buchstaben abwechseln lassen: versuche es, dann beweise es (p).'''
hints = [
    "Wer den Lock hat, braucht sich nicht zu beeilen: kein anderer kommt hinein.",
    "p probiert alle Schedules.",
]
"""

from threading import Lock, Thread

lock = Lock()


def show(letter):
    with lock:
        for _ in range(3):
            print(letter, end="")


threads = [Thread(target=show, args=(letter,), name=f"thread-{letter}") for letter in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
