"""One half of a deadlock is the lock of a logging handler; `twin`: it logs once it has let go."""

import logging
import sys
import threading

TWIN = sys.argv[1:] == ["twin"]
table = threading.Lock()
taken, emitting = threading.Event(), threading.Event()


class Board(logging.Handler):
    """Writes into the table."""

    def emit(self, record: logging.LogRecord) -> None:
        emitting.set()
        if not TWIN:
            taken.wait()
        with table:
            self.last = record.getMessage()


log = logging.getLogger("board")
log.addHandler(Board())


def keeper() -> None:
    with table:
        taken.set()
        emitting.wait()
        if not TWIN:
            log.error("the table is full")
    log.error("the table was full")


def guest() -> None:
    taken.wait()
    log.error("one came")


threads = [threading.Thread(target=work, name=work.__name__) for work in (keeper, guest)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
