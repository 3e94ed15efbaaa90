"""A program with trace, profile and exception hooks of its own."""

import sys
import threading

calls = []


def profile(frame, event, arg):
    if frame.f_code.co_filename == __file__:
        calls.append((event, frame.f_code.co_name))


def work():
    return sum(range(10))


sys.setprofile(profile)
work()
sys.setprofile(None)
print(calls)
threading.excepthook = lambda args: print("hook", args.exc_type.__name__, args.thread.name)
thread = threading.Thread(target=lambda: 1 / 0, name="faulty")
thread.start()
thread.join()
sys.excepthook = lambda kind, error, traceback: print("my hook", kind.__name__, error)
raise LookupError("for the hook")
