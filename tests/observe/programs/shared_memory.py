"""METHOD: values, arrays and lists in shared memory, with and without a lock, between processes."""

import copy
import ctypes
import multiprocessing
import pickle
import sys
from multiprocessing import shared_memory, sharedctypes


class Point(ctypes.Structure):
    _fields_ = (("x", ctypes.c_int), ("y", ctypes.c_double))


def complain(action):
    try:
        action()
    except Exception as error:
        print(type(error).__name__, error, repr(error.__context__))


def child(counter, ratio, flag, table, text, raw, row, point, names, go, done):
    go.wait()
    counter.value += 1
    with counter.get_lock():
        counter.value += 10
    ratio.value = ratio.value * 2
    flag.value = not flag.value
    table[2] += 5
    table[-1] = -1
    print(sum(table), table[:2], len(table))
    text[0] = b"J"
    raw.value += 1
    row[1] = row[0] + 0.25
    point.x = 3
    point.y += 1.5
    names[0] += 1
    names[1] = "later"
    names[2] = None
    done.set()


def lose(context, counter):
    """Two processes read the same, then write."""
    gates = [context.Event() for _ in range(3)]
    late = context.Process(target=read_then_write, args=(counter, *gates), name="late")
    late.start()
    gates[0].wait()
    counter.value += 1
    gates[1].set()
    late.join()
    print("lost", counter.value)


def read_then_write(counter, has_read, may_write, _):
    seen = counter.value
    has_read.set()
    may_write.wait()
    counter.value = seen + 1


def main(method):
    context = multiprocessing.get_context(method)
    counter = context.Value("i", 5)
    ratio = context.Value("d", 0.5)
    flag = context.Value(ctypes.c_bool, False)
    table = context.Array("l", [1, 2, 3, 4])
    text = context.Array("c", b"hello")
    raw = context.RawValue("I", 7)
    row = context.Array("f", 3, lock=False)
    point = context.Value(Point, 1, 2.0)
    names = shared_memory.ShareableList([1, "name", 2.5])
    big = context.Array("b", 5_000)
    go, done = context.Event(), context.Event()
    things = (counter, ratio, flag, table, text, raw, row, point, names)
    process = context.Process(target=child, args=(*things, go, done), name="child")
    process.start()
    go.set()
    done.wait()
    process.join()
    print(counter.value, ratio.value, flag.value, list(table), text.value, text.raw, text[1:3])
    print(raw.value, list(row), row[0:2], point.x, point.y, list(names), names.count(None))
    big[4_999] = 3
    print(big[4_999], big[0], sum(big[:]))
    counter.get_obj().value -= 1
    table.get_obj()[0] = 9
    table[1:3] = [7, 8]
    counter.value = 2**31
    print(counter.value, counter, table.get_obj()[:], raw)
    huge = context.Value("Q", 2**64 - 2)
    huge.value += 1
    letter = context.RawValue("u", "a")
    letter.value += ""
    print(huge.value, letter.value)
    lose(context, context.Value("q", 0))
    look(counter, raw, row, table, names)
    names.shm.close()
    names.shm.unlink()
    block = shared_memory.SharedMemory(create=True, size=8)
    block.buf[0] = 255
    print(block.buf[0], isinstance(block.buf, memoryview))
    block.close()
    block.unlink()


def look(counter, raw, row, table, names):
    """What a program can find out about what it uses, and how it fails."""
    print(type(counter), type(raw) is ctypes.c_uint, type(row) is ctypes.c_float * 3)
    print(isinstance(raw, ctypes._SimpleCData), type(table.get_obj()), type(names))
    print(ctypes.c_uint(4).value, list((ctypes.c_float * 3)(1, 2, 3)), ctypes.sizeof(raw))
    other = copy.copy(raw)
    other.value = 99
    print(other.value, raw.value, sharedctypes.copy(raw).value)
    print(sharedctypes.Synchronized.value.fget.__name__, table.__getitem__.__name__)
    for action in (
        lambda: setattr(counter, "value", "text"),
        lambda: setattr(raw, "value", "text"),
        lambda: delattr(raw, "value"),
        lambda: table[4],
        lambda: table["x"],
        lambda: table.__setitem__(4, 1),
        lambda: row[3],
        lambda: row.__setitem__(0, "x"),
        lambda: names[3],
        lambda: names.__setitem__(3, 1),
        lambda: names.__setitem__(1, "far too long for the room there is"),
        lambda: pickle.dumps(counter),
        lambda: pickle.dumps(raw),
    ):
        complain(action)
    plain = multiprocessing.Lock()
    own = multiprocessing.Value("i", 1, lock=plain)
    own.value += 1
    print(own.value, own.get_lock())


if __name__ == "__main__":
    main(sys.argv[1])
