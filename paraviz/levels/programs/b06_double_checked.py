"""Break the double-checked singleton

Here it is looked at twice, the second time with the lock: it is never made twice. But one can get
it half made. Let somebody see it without its name.

[level]
fewest = 3
goal = { kind = "exception", message = "no name" }
hints = ["It is there before it is whole.", "Stop who makes it right after `only = new`."]

[level.de]
title = "Zerlege das zweimal geprüfte Einzelstück"
text = '''
Hier wird zweimal nachgesehen, das zweite Mal mit Lock: Zweimal gemacht wird es nie. Aber man
kann es halb fertig bekommen. Lass jemanden es ohne Namen sehen.'''
hints = [
    "Es ist da, bevor es fertig ist.",
    "Halte den, der es macht, direkt nach `only = new` an.",
]
"""

from threading import Lock, Thread

only = None
lock = Lock()


def get():
    global only
    if only is None:
        with lock:
            if only is None:
                new = {}
                only = new
                new["name"] = "only"
    if "name" not in only:
        raise ValueError("no name")


threads = [Thread(target=get, name=f"thread-{letter}") for letter in "ab"]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
