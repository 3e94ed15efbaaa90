"""Both ends of a pipe send more than it holds, and neither receives; `twin`: one receives first."""

import multiprocessing
import sys
from multiprocessing.connection import Connection

TWIN = sys.argv[1:] == ["twin"]
MUCH = b"z" * 500_000


def answer(desk: Connection) -> None:
    desk.send_bytes(MUCH)
    desk.recv_bytes()


if __name__ == "__main__":
    counter, desk = multiprocessing.Pipe()
    clerk = multiprocessing.Process(target=answer, args=(desk,), name="clerk")
    clerk.start()
    if TWIN:
        counter.recv_bytes()
    counter.send_bytes(MUCH)
    if not TWIN:
        counter.recv_bytes()
    clerk.join()
