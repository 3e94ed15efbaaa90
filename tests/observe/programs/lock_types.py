"""What programs, gevent and eventlet among them, ask of the types of locks."""

import _thread
import functools
import gc
import threading

kind, lock_kind = type(threading.RLock()), type(threading.Lock())
native_lock, native_rlock = _thread.allocate_lock(), _thread.RLock()

print(kind, lock_kind)
print(kind is _thread.RLock, kind is threading._CRLock, lock_kind is _thread.LockType)
print([isinstance(one, kind) for one in (threading.RLock(), native_rlock, threading.Lock(), 1)])
print([isinstance(one, lock_kind) for one in (threading.Lock(), native_lock, native_rlock)])
print(isinstance(threading.Lock(), type(native_lock)), issubclass(type(native_lock), lock_kind))
print(threading.RLock().__class__, threading.Lock().__class__)
del native_rlock
print(len([one for one in gc.get_objects() if isinstance(one, kind)]))


@functools.singledispatch
def told(_one):
    return "something"


told.register(kind)(lambda _one: "reentrant")
told.register(lock_kind)(lambda _one: "lock")
print(told(threading.RLock()), told(threading.Lock()), told(native_lock), told(1))

# gevent asks for Python's own in this way.
threading._CRLock = None
kind = type(threading.RLock())
print(kind.__module__, kind.__qualname__, hasattr(threading.RLock(), "_owner"))
print(
    [type(one._lock).__qualname__ for one in (threading.Condition(), threading.Semaphore()._cond)]
)
with threading.RLock() as got, threading.Condition():
    print(got)
