"""A daemon is cut off with items left in its queue; `twin`: the program waits for it."""

import queue
import sys
import threading

TWIN = sys.argv[1:] == ["twin"]
letters: "queue.Queue[int]" = queue.Queue()
third, never = threading.Event(), threading.Event()


def deliver() -> None:
    while True:
        letter = letters.get()
        if letter == 3:
            third.set()
            if not TWIN:
                never.wait()
        letters.task_done()


threading.Thread(target=deliver, name="postman", daemon=True).start()
for number in range(12):
    letters.put(number)
third.wait()
if TWIN:
    letters.join()
