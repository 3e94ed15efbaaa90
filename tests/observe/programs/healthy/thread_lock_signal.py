"""A lock as a signal: another thread lets go of it."""

import threading
import time

ready = threading.Lock()
ready.acquire()
threading.Thread(target=lambda: (time.sleep(0.1), ready.release())).start()
print(ready.acquire())
