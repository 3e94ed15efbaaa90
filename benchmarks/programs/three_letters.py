"""Two threads print three letters each: twenty outputs."""

from threading import Thread


def three(letter):
    for _ in range(3):
        print(letter, end="")


threads = [Thread(target=three, args=(letter,)) for letter in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
