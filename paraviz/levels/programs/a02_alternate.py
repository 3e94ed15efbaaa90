"""Let the letters alternate

Two threads print their letter three times each. Let the letters alternate, a first.

[level]
fewest = 7
goal = { output = "ababab" }
hints = [
    "After each letter the other one goes on.",
    "1 to 9 let the worker of that row go a step.",
]

[level.de]
title = "Lass die Buchstaben wechseln"
text = '''
Zwei Threads drucken ihren Buchstaben je dreimal. Lass die Buchstaben abwechseln, a zuerst.'''
hints = [
    "Nach jedem Buchstaben darf der andere.",
    "1 bis 9 lassen den Worker dieser Zeile einen Schritt gehen.",
]
"""

from threading import Thread


def show(letter):
    for _ in range(3):
        print(letter, end="")


threads = [Thread(target=show, args=(letter,), name=f"thread-{letter}") for letter in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
