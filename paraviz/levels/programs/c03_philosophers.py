"""Starve three philosophers

Three philosophers, three forks: each takes the left one, then the right one. Let them all starve.

[level]
fewest = 2
goal = { kind = "deadlock" }
hints = ["Each with one fork in its hand."]

[level.de]
title = "Lass drei Philosophen verhungern"
text = '''
Drei Philosophen, drei Gabeln: Jeder nimmt die linke, dann die rechte. Lass alle verhungern.'''
hints = ["Jeder mit einer Gabel in der Hand."]
"""

from threading import Lock, Thread

forks = [Lock(), Lock(), Lock()]


def eat(seat):
    with forks[seat]:
        with forks[(seat + 1) % 3]:
            pass


names = ("Kant", "Arendt", "Hypatia")
threads = [Thread(target=eat, args=(seat,), name=name) for seat, name in enumerate(names)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("all are full")
