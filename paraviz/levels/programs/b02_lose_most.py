"""Lose as many as can be

Now each thread adds one three times: six in all. Make the result 2. Less is not possible.

[level]
fewest = 7
goal = { output = "2" }
hints = [
    "Who wrote long ago what it read at first takes everything back.",
    "The first read of one, all but the last turn of the other, the write of the one …",
]

[level.de]
title = "Verliere, so viel es geht"
text = '''
Nun erhöht jeder Thread dreimal um eins, zusammen sechsmal. Mach, dass 2 herauskommt. Weniger
geht nicht.'''
hints = [
    "Wer spät schreibt, was er am Anfang las, macht alles rückgängig.",
    "Der eine liest, der andere macht alles bis auf die letzte Runde, der eine schreibt …",
]
"""

from threading import Thread

counter = 0


def add():
    global counter
    for _ in range(3):
        seen = counter
        counter = seen + 1


threads = [Thread(target=add, name=f"thread-{letter}") for letter in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(counter)
