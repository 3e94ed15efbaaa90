"""A module that the server of forkserver loads before it forks: its lock is known to each child."""

import threading

lock = threading.Lock()
