"""os.fork with threads about and a lock held."""

import os
import sys
import threading
import warnings

warnings.simplefilter("ignore")
lock = threading.Lock()
release = threading.Event()


def hold():
    with lock:
        release.wait()


holder = threading.Thread(target=hold)
holder.start()
sys.stdout.flush()
child = os.fork()
if child == 0:
    print("child", threading.active_count(), lock.locked())
    sys.stdout.flush()
    os._exit(5)
print("child ended with", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
release.set()
holder.join()
print(lock.locked())
