"""A program that blocks a signal to wait for it; nobody else may get it."""

import os
import signal
import threading

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
for number in (signal.SIGTERM, signal.SIGINT, signal.SIGTERM):
    os.kill(os.getpid(), number)
    print(signal.sigwait({signal.SIGTERM, signal.SIGINT}).name)
thread = threading.Thread(target=lambda: print(signal.sigwait({signal.SIGTERM}).name))
thread.start()
os.kill(os.getpid(), signal.SIGTERM)
thread.join()
