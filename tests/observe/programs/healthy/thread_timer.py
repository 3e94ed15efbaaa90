"""A timer rings, and another one is called off."""

import threading

timer = threading.Timer(0.1, print, args=("hello",))
never = threading.Timer(30, print, args=("never",))
timer.start()
never.start()
never.cancel()
timer.join()
