"""Somebody waits for a child to end whose output he does not read; `twin`: he reads it, slowly,
while another thread waits."""

import subprocess
import sys
import threading

TWIN = sys.argv[1:] == ["twin"]
WORDS = "for _ in range(8): print('y' * 40_000)"

child = subprocess.Popen([sys.executable, "-c", WORDS], stdout=subprocess.PIPE)
waiter = threading.Thread(target=child.wait, name="waiter")
waiter.start()
if TWIN:
    assert child.stdout is not None
    pause = threading.Event()
    while child.stdout.read(40_000):
        pause.wait(0.15)
waiter.join()
