"""Too many inside

Nobody but one may be inside, and a semaphore guards the door. Somebody counted wrong. Get two in.

[level]
fewest = 3
goal = { output = "most: 2" }
hints = ["How often can it be taken?"]

[level.de]
title = "Zu viele drinnen"
text = '''
Nur einer darf hinein, und ein Semaphor bewacht die Tür. Jemand hat sich verzählt. Bring zwei
hinein.'''
hints = ["Wie oft kann man ihn nehmen?"]
"""

from threading import Lock, Semaphore, Thread

door = Semaphore(2)
lock = Lock()
inside = most = 0


def visit():
    global inside, most
    with door:
        with lock:
            inside += 1
            most = max(most, inside)
        with lock:
            inside -= 1


threads = [Thread(target=visit, name=f"visitor-{number}") for number in (1, 2)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print("most:", most)
