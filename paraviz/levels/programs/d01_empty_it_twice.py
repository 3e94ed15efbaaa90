"""Empty it twice

There is one job. Two threads take it, if there is one. Let one take what is not there.

[level]
fewest = 3
goal = { kind = "exception", message = "pop from" }
hints = ["To look is one thing, to take another."]

[level.de]
title = "Leere sie zweimal"
text = '''
Es gibt eine Aufgabe. Zwei Threads nehmen sie, wenn eine da ist. Lass einen nehmen, was nicht da
ist.'''
hints = ["Nachsehen ist eines, nehmen ein anderes."]
"""

from threading import Thread

jobs = ["job"]


def take():
    if jobs:
        jobs.pop()


threads = [Thread(target=take, name=f"thread-{letter}") for letter in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
