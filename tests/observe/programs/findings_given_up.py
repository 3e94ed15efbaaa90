"""Somebody gives a task up, and leaving the executor waits for it all the same; `twin`: the task is
told to end."""

import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate

TWIN = sys.argv[1:] == ["twin"]
enough = threading.Event()


def look_up() -> None:
    enough.wait(0.7)


try:
    with ThreadPoolExecutor(1, "desk") as pool:
        answer = pool.submit(look_up)
        try:
            answer.result(timeout=0.2)
        finally:
            if TWIN:
                enough.set()
except TooLate:
    print("too late")
