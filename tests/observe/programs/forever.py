"""Never ends by itself: threads that spin, a child that sleeps in a session of its own."""

import subprocess
import sys
import threading
import time


def spin():
    while True:
        pass


if "deaf" in sys.argv:
    import signal

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
for _ in range(2):
    threading.Thread(target=spin, daemon=True).start()
subprocess.Popen(
    [sys.executable, "-c", "import time; time.sleep(600)", sys.argv[1]], start_new_session=True
)
print("running", flush=True)
while True:
    time.sleep(0.1)
