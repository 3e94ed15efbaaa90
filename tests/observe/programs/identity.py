"""Everything a program can see of how it was started."""

import __main__
import inspect
import multiprocessing
import pickle
import sys
import threading


class Thing:
    pass


def function():
    return 1


print(__name__, __file__, __doc__, __package__, __spec__, type(__loader__), type(__builtins__))
print(__main__.__dict__ is globals(), sys.modules["__main__"] is __main__)
print(sys.argv, sys.path[0], sys.flags)
print(pickle.dumps(function), pickle.loads(pickle.dumps(Thing())).__class__)
print(inspect.getsource(function), inspect.getfile(Thing))
print(threading.current_thread().name, threading.active_count(), threading.enumerate()[0].name)
print(multiprocessing.current_process(), multiprocessing.parent_process())
print(sorted(name for name in dir(__main__) if name.startswith("__")))
print(sys.stdout, type(sys.stdout), sys.stdout.encoding, sys.stdout.line_buffering)
print(sys.excepthook is sys.__excepthook__, sys.gettrace(), sys.getprofile())
print(threading.Thread.start.__name__, threading.Thread.join.__doc__)
print(inspect.signature(threading.Thread.join), inspect.signature(threading.Thread.start))
