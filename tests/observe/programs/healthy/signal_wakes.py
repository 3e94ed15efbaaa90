"""A signal's handler sets an event that the main thread waits for."""

import os
import signal
import threading

ready = threading.Event()
signal.signal(signal.SIGUSR1, lambda *_: ready.set())
threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGUSR1)).start()
print(ready.wait(20))
