"""The last shall be first

Three threads, started in the order a, b, c, print their letter. Let them print in the other order.

[level]
fewest = 3
goal = { output = "cba" }
hints = ["To be started is not yet to run."]

[level.de]
title = "Die Letzten werden die Ersten sein"
text = '''
Drei Threads, gestartet in der Reihenfolge a, b, c, drucken ihren Buchstaben. Lass sie umgekehrt
drucken.'''
hints = ["Gestartet zu sein heißt noch nicht zu laufen."]
"""

from threading import Thread

threads = [
    Thread(target=print, args=(letter,), kwargs={"end": ""}, name=letter) for letter in "abc"
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
