"""Lose an update

Two threads add one to the counter, each in two steps: read it, then write it. Make the result 1.

[level]
fewest = 3
goal = { output = "1" }
hints = ["Both have to read 0.", "Stop one between its read and its write."]

[level.de]
title = "Verliere eine Änderung"
text = '''
Zwei Threads erhöhen den Zähler um eins, jeder in zwei Schritten: lesen, dann schreiben. Mach,
dass 1 herauskommt.'''
hints = ["Beide müssen 0 lesen.", "Halte einen zwischen Lesen und Schreiben an."]
"""

from threading import Thread

counter = 0


def add():
    global counter
    seen = counter
    counter = seen + 1


threads = [Thread(target=add, name=f"thread-{letter}") for letter in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(counter)
