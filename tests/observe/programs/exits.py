import atexit
import os
import sys
import threading
import time

how = sys.argv[1]
atexit.register(print, "atexit ran")


def linger():
    time.sleep(0.25)
    print("thread done")


threading.Thread(target=linger, daemon=how == "daemon").start()
print("main ends", how)
sys.stdout.flush()
if how == "code":
    sys.exit(3)
elif how == "message":
    sys.exit("a message")
elif how == "none":
    sys.exit()
elif how == "os":
    os._exit(7)
elif how == "interrupt":
    raise KeyboardInterrupt
elif how == "exec":
    os.execv(sys.executable, [sys.executable, "-c", "print('another image')"])
