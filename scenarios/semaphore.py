"""A semaphore

Eight threads check a password each, but the semaphore has three places only: the others wait until
one leaves. The output names who is inside, a line whenever that changes: never more than three.
The work needs no GIL, so that those inside do run at once, as far as there are CPUs.
"""

from hashlib import pbkdf2_hmac
from threading import Semaphore, Thread

inside = []


def check(name, places, rounds):
    with places:
        inside.append(name)
        print("".join(inside))
        pbkdf2_hmac("sha256", b"password", b"salt", rounds)
        inside.remove(name)


def main(threads: int = 8, places: int = 3, rounds: int = 100_000):
    semaphore = Semaphore(places)
    workers = []
    for name in "abcdefghijklmnopqrstuvwxyz"[:threads]:
        workers.append(Thread(target=check, args=(name, semaphore, rounds), name=name))
        workers[-1].start()
    for worker in workers:
        worker.join()


if __name__ == "__main__":
    main()
