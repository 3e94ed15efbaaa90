"""And now mend it

Change the program (e) so that no schedule loses an update: in every one it prints 2, and still two
threads add to the counter.

[level]
mend = true
goal = { output = "1" }
keep = { output = "2" }
hints = ["A lock around read and write.", "with lock:"]

[level.de]
title = "Und nun repariere es"
text = '''
Ändere das Programm (e) so, dass kein Schedule eine Änderung verliert: In jedem druckt es 2, und
noch immer erhöhen zwei Threads den Zähler.'''
hints = ["Ein Lock um Lesen und Schreiben.", "with lock:"]
"""

from threading import Lock, Thread

counter = 0
lock = Lock()


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
