"""Let it sleep for ever

One thread waits to be told, the other tells. Let the first sleep for ever.

[level]
fewest = 1
goal = { kind = "deadlock" }
hints = ["Nobody hears what is told before he listens."]

[level.de]
title = "Lass ihn für immer schlafen"
text = '''
Ein Thread wartet, bis man ihm Bescheid sagt, der andere sagt Bescheid. Lass den ersten für
immer schlafen.'''
hints = ["Was gesagt wird, bevor er zuhört, hört niemand."]
"""

from threading import Condition, Thread

told = Condition()


def sleep():
    with told:
        told.wait()
    print("good morning")


def tell():
    with told:
        told.notify()


threads = [Thread(target=sleep, name="sleeper"), Thread(target=tell, name="teller")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
