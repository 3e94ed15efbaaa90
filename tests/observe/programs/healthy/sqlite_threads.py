"""Each thread has a connection of its own to one database."""

import sqlite3
import tempfile
import threading
from pathlib import Path

with tempfile.TemporaryDirectory() as folder:
    path = Path(folder, "it.db")
    with sqlite3.connect(path) as base:
        base.execute("create table numbers (number)")

    def write(number):
        with sqlite3.connect(path, timeout=20) as own:
            own.execute("insert into numbers values (?)", (number,))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with sqlite3.connect(path) as base:
        print(base.execute("select count(*) from numbers").fetchone())
