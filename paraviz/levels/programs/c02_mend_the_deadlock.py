"""Mend the deadlock

Change the program (e) so that no schedule ends in a deadlock. Both locks still have to be held when
the letter is printed.

[level]
mend = true
goal = { kind = "deadlock" }
keep = { matches = "ab|ba" }
hints = ["An order that all keep to.", "Both take a first."]

[level.de]
title = "Repariere den Deadlock"
text = '''
Ändere das Programm (e) so, dass kein Schedule in einem Deadlock endet. Beide Locks müssen
weiterhin gehalten werden, wenn der Buchstabe gedruckt wird.'''
hints = ["Eine Reihenfolge, an die sich alle halten.", "Beide nehmen zuerst a."]
"""

from threading import Lock, Thread

a, b = Lock(), Lock()


def work(first, second, letter):
    with first:
        with second:
            print(letter, end="")


threads = [
    Thread(target=work, args=(a, b, "a"), name="thread-a"),
    Thread(target=work, args=(b, a, "b"), name="thread-b"),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
