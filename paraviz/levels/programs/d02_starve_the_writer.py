"""Starve the writer

Two readers read twice each, a writer writes once. All of it happens with the lock, so nothing is
wrong. But nobody says who gets it next: let the writer come last.

[level]
fewest = 3
goal = { output = "rrrrw" }
hints = ["A lock knows no queue."]

[level.de]
title = "Lass den Schreiber verhungern"
text = '''
Zwei Leser lesen je zweimal, ein Schreiber schreibt einmal. Alles geschieht mit dem Lock, falsch
ist also nichts. Aber niemand sagt, wer ihn als Nächster bekommt: Lass den Schreiber zuletzt
drankommen.'''
hints = ["Ein Lock kennt keine Schlange."]
"""

from threading import Lock, Thread

lock = Lock()


def work(letter, times):
    for _ in range(times):
        with lock:
            print(letter, end="")


threads = [
    Thread(target=work, args=("w", 1), name="writer"),
    Thread(target=work, args=("r", 2), name="reader-1"),
    Thread(target=work, args=("r", 2), name="reader-2"),
]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
