"""World first

The main thread starts a thread that prints "hello", and prints "world" itself. It does not wait.
Let "world" come first.

[level]
fewest = 2
goal = { output = "world hello" }
hints = ["Whoever is let go first prints first.", "Let main go on until it has printed."]

[level.de]
title = "Erst die Welt"
text = '''
Der Hauptthread startet einen Thread, der „hello“ druckt, und druckt selbst „world“. Er wartet
nicht. Lass „world“ zuerst kommen.'''
hints = ["Wer zuerst darf, druckt zuerst.", "Lass main weiterlaufen, bis er gedruckt hat."]
"""

from threading import Thread


def greet():
    print("hello", end=" ")


thread = Thread(target=greet, name="thread")
thread.start()
print("world", end=" ")
