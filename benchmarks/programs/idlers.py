"""COUNT: threads of which two compute and all others wait, until standard input ends."""

import os
import sys
import threading

lock = threading.Lock()


def compute():
    while True:
        pass


if __name__ == "__main__":
    lock.acquire()
    targets = [compute] * 2 + [lock.acquire] * (int(sys.argv[1]) - 2)
    for target in targets:
        threading.Thread(target=target, daemon=True).start()
    print(flush=True)
    sys.stdin.read()
    os._exit(0)
