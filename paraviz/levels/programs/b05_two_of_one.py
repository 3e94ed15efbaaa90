"""Two of the only one

Whoever needs the only one makes it, unless it is there. Make it twice.

[level]
fewest = 3
goal = { output = "made 2" }
hints = ["Two looks, then two makings."]

[level.de]
title = "Zwei vom Einzigen"
text = '''
Wer das Einzige braucht, macht es, wenn es noch nicht da ist. Lass es zweimal machen.'''
hints = ["Zweimal nachsehen, dann zweimal machen."]
"""

from threading import Thread

only = None
made = []


def get():
    global only
    if only is None:
        made.append(1)
        only = object()


threads = [Thread(target=get, name=f"thread-{letter}") for letter in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("made", len(made))
