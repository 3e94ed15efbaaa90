"""What is logged goes through a queue to a listener."""

import logging
import logging.handlers
import queue
import sys
import threading

line = queue.Queue()
listener = logging.handlers.QueueListener(line, logging.StreamHandler(sys.stdout))
logging.getLogger().addHandler(logging.handlers.QueueHandler(line))
listener.start()
threads = [threading.Thread(target=logging.warning, args=("look %d", at)) for at in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
listener.stop()
