"""Guests that find nothing keep their seat until none is left; `twin`: they give it back."""

import sys
import threading

TWIN = sys.argv[1:] == ["twin"]
seats = threading.BoundedSemaphore(2)


def serve(number: int) -> None:
    seats.acquire()
    if number % 2 and not TWIN:
        return
    seats.release()


guests = [
    threading.Thread(target=serve, args=(number,), name=f"guest-{number}") for number in range(6)
]
for guest in guests:
    guest.start()
for guest in guests:
    guest.join()
