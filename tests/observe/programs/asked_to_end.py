"""Takes its time to end when it is asked, and counts how often it is; tells of a signal of its
own."""

import signal
import sys
import time

asked = []
signal.signal(signal.SIGTERM, lambda *_: asked.append(time.monotonic()))
signal.signal(signal.SIGUSR1, lambda *_: print("told", flush=True))
print("up", flush=True)
while not asked or time.monotonic() < asked[0] + float(sys.argv[1]):
    time.sleep(0.02)
print("asked", len(asked), flush=True)
sys.exit(5)
