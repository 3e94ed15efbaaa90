"""Whatever the compiled core reports, by one thread: the same each time."""

import inspect
import multiprocessing
import signal
import sys
import threading

context = multiprocessing.get_context("fork")


def refused(*calls):
    for call in calls:
        try:
            call()
        except (AssertionError, EOFError, OSError, TypeError, ValueError) as error:
            print(type(error).__name__, file=sys.stderr)


def locks():
    lock, rlock = threading.Lock(), threading.RLock()
    with lock, rlock, rlock:
        lock.acquire(False)
        lock.acquire(timeout=0.001)


def process_locks():
    lock, rlock = context.Lock(), context.RLock()
    slots, bounded, none = context.Semaphore(2), context.BoundedSemaphore(2), context.Semaphore(0)
    for _ in range(3):
        with lock:
            print(lock.acquire(False), lock.acquire(True, 0.001), lock.acquire(timeout=1e-3))
            print(lock.acquire(1, 0.0), lock.acquire(True, -1), lock.acquire(block=True, timeout=0))
        lock.acquire(timeout=5)
        lock.release()
        with rlock, rlock:
            rlock.acquire(True, None)
            rlock.release()
        with slots, slots, bounded:
            print(slots.acquire(False), bounded.acquire(False))
            bounded.release()
        none.release()
        print(none.acquire(), none.acquire(False), none.acquire(True, True))
    print(lock, rlock, slots, bounded, lock._semlock.maxvalue, lock._semlock.name)
    refused(
        lock.release,
        rlock.release,
        bounded.release,
        lambda: lock.acquire(True, "soon"),
        lambda: lock.acquire(1, 2, 3),
        lambda: lock.acquire(blocking=True),
        lambda: lock.acquire("yes"),
    )


def values():
    value, array, condition = context.Value("i", 0), context.Array("i", 3), context.Condition()
    for each in (value, value.get_lock(), array, array.get_lock()):
        value.value += 1
        with each:
            array[1] = value.value
        each.acquire()
        each.release()
    with condition:
        condition.wait(0.001)
        condition.notify()


def connections():
    reader, writer = context.Pipe(False)
    ends = context.Pipe()
    for size in (1, 4000, 5000, 20_000):
        writer.send_bytes(b"a" * size)
        print(len(reader.recv_bytes()))
    for sending, receiving in (ends, ends[::-1]):
        sending.send([1, "two"])
        print(receiving.poll(), receiving.recv(), receiving.poll(0.001))
    writer.send_bytes(memoryview(b"abcdef"), 2, 3)
    into = bytearray(9)
    print(reader.recv_bytes_into(into), into)
    timer = threading.Timer(0.3, writer.send, ("late",))
    timer.start()
    print(reader.recv())
    timer.join()
    writer.send_bytes(b"too long")
    refused(
        lambda: reader.recv_bytes(3), lambda: writer._send_bytes(), lambda: reader.recv_bytes("x")
    )
    reader, writer = context.Pipe(False)
    writer.close()
    refused(reader.recv, lambda: reader.send(1), lambda: writer.send(1))
    queue = context.SimpleQueue()
    queue.put(1)
    print(queue.get())
    longer = context.Queue()
    longer.put("through a thread")
    while longer.empty():
        pass
    print(longer.get())
    longer.close()
    longer.join_thread()


def streams():
    signal.signal(signal.SIGUSR1, lambda *_: print("from a handler", file=sys.stderr))
    for stream in (sys.stdout, sys.stderr):
        print("ä€😀", "", end="\n\n", file=stream)
        stream.writelines(["one", "", "two\n"])
        print(stream.write("a" * 20_000), stream.write.__name__, inspect.signature(stream.write))
        refused(stream.write, lambda: stream.write(1), lambda: stream.write(b"1"))
        refused(lambda: stream.write(text="x"))
        signal.raise_signal(signal.SIGUSR1)
        stream.flush()
    thread = threading.Thread(target=print, args=("from a thread",), name="printer")
    thread.start()
    thread.join()
    sys.stdout.close()
    refused(lambda: sys.stdout.write("gone"))


locks()
process_locks()
values()
connections()
streams()
