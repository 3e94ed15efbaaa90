"""Reads and writes of shared memory of every type, by one thread: the same each time."""

import copy
import ctypes
import multiprocessing
import threading
import traceback
from multiprocessing import sharedctypes

context = multiprocessing.get_context("fork")


class Late:
    """What is a number only if it is asked."""

    def __index__(self):
        other.value += 1
        return 7

    def __float__(self):
        return 0.1


class Number(int):
    """Nearly an int."""


class Point(ctypes.Structure):
    _fields_ = (("x", ctypes.c_int), ("y", ctypes.c_double))


STORED = (
    0, 1, -1, 127, -128, 200, 2**15, 2**31, -(2**31) - 1, 2**63, 2**64 - 2, 2**70, -(2**70), True,
    0.1, float("nan"), float("inf"), 1e300, b"x", b"\xff", b"two", "x", "\u20ac", "two", None, (1,),
    bytearray(b"y"), Late(), Number(5), ctypes.c_int(3),
)  # fmt: skip

other = context.Value("l", 0)


def refused(call):
    try:
        call()
    except Exception as error:
        frames = [frame.name for frame in traceback.extract_tb(error.__traceback__)]
        print(type(error).__name__, error, repr(error.__context__), frames[:2])


def values(typecode):
    made = context.Value(typecode, lock=threading.RLock())
    same = context.Value(typecode, lock=context.Lock())
    made.value = same.value = made.value
    for made in (
        context.Value(typecode),
        context.Value(typecode, lock=False),
        context.RawValue(typecode),
    ):
        for stored in STORED:
            refused(lambda made=made, stored=stored: setattr(made, "value", stored))
            print(made.value)
        refused(lambda made=made: delattr(made, "value"))


def arrays(typecode):
    keys = (0, -1, 2, True, Late(), slice(1), slice(None, None, -1), 3, -4, 2**70, "x", None)
    for made in (context.Array(typecode, 3), context.RawArray(typecode, 3)):
        for stored in STORED:
            refused(lambda made=made, stored=stored: made.__setitem__(1, stored))
            print(made[1])
        for key in keys:
            refused(lambda made=made, key=key: print(made[key]))
            refused(lambda made=made, key=key: made.__setitem__(key, made[0]))
            refused(lambda made=made, key=key: made.__delitem__(key))
        made[0:2] = made[1:3]
        print(list(made), len(made), made[0] in made, [*reversed(made[:])])


class Lock:
    """A lock of the program's own, which may fail."""

    fails = ""

    def acquire(self):
        if self.fails == "acquire":
            raise OSError("cannot acquire")

    def release(self):
        if self.fails == "release":
            raise OSError("cannot release")

    def __enter__(self):
        self.acquire()

    def __exit__(self, *_):
        self.release()


def locks():
    lock, closed = Lock(), threading.Lock()
    made, array = context.Value("i", lock=lock), context.Array("i", 3, lock=lock)
    for lock.fails in ("", "acquire", "release"):
        refused(lambda: setattr(made, "value", 3))
        refused(lambda: print(made.value))
        refused(lambda: array.__setitem__(0, 3))
        refused(lambda: print(array[0]))
    own = context.Value("i", lock=closed)
    own.release = own.get_lock().locked  # Whoever takes it keeps it.
    own.value = 5
    print(closed.locked())
    own.acquire = closed.locked
    print(own.value)
    for own.acquire, own.release in (
        ({}.popitem, id),
        (closed.locked, [].pop),
        (closed.locked, {}.get),
    ):
        refused(lambda: print(own.value))
        refused(lambda: setattr(own, "value", 6))
    print(own.get_obj().value)
    kept = context.Value("i", lock=threading.Lock())
    kept.release = [].pop
    refused(lambda: print(kept.value))
    kept.get_lock().release()
    refused(lambda: setattr(kept, "value", 7))
    print(kept.get_lock().locked(), kept.get_obj().value)
    counter = context.Value("i", 3)
    with counter.get_lock(), counter:
        counter.value += 1
    counter.acquire()
    counter.value += 1
    counter.release()
    print(counter.value, counter)


def others():
    point, text = context.Value(Point, 1, 2.0), context.Array("c", b"hello")
    point.x += 1
    point.y = point.x
    text.value = text.value.upper()
    text[0] = text[1]
    print(text.raw, point.x, point.y)
    raw = context.RawValue("i", 3)
    same, shared = copy.copy(raw), sharedctypes.copy(raw)
    same.value += 1
    shared.value += 2
    print(raw.value, same.value, shared.value, getattr(raw, "value"), list(map(abs, [raw.value])))
    print(ctypes.c_int(5).value, [*(ctypes.c_int * 2)(1, 2)])
    big = context.RawArray("b", 5_000)
    big[4_999] = big[0] + 1
    print(big[4_999], sum(big))
    array = type("Mine", (ctypes.c_int * 3,), {})()
    array[1] = 4
    print(array[:], isinstance(array, ctypes.Array), type(big) is ctypes.c_byte * 5_000)
    for function in (
        sharedctypes.Synchronized.value.fget,
        sharedctypes.Synchronized.value.fset,
        sharedctypes.SynchronizedArray.__getitem__,
        sharedctypes.SynchronizedArray.__setitem__,
    ):
        print(function.__name__, function.__module__, function.__class__)
    print(ctypes.c_int.value.__doc__, ctypes.c_int(4).__class__.value is ctypes.c_int.value)


for each in "cubBhHiIlLqQfd":
    values(each)
    arrays(each)
values(ctypes.c_bool)
arrays(ctypes.c_bool)
locks()
others()
