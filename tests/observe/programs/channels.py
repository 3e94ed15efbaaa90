"""METHOD: queues and connections of multiprocessing, as a program may use them."""

import gc
import multiprocessing
import multiprocessing.connection
import multiprocessing.queues
import os
import pickle
import signal
import sys
import threading


class Counting(multiprocessing.queues.Queue):
    def __init__(self, **kwargs):
        super().__init__(ctx=multiprocessing.get_context(METHOD), **kwargs)
        self.puts = 0

    def put(self, item, *args, **kwargs):
        self.puts += 1
        super().put(item, *args, **kwargs)

    @staticmethod
    def _on_queue_feeder_error(error, item):
        print("not sent:", type(error).__name__, item is UNPICKLABLE, flush=True)


def attempt(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


def produce(items, numbers):
    for number in numbers:
        items.put((number, "x" * number))


def consume(items, results):
    for item in iter(items.get, None):
        results.send(item[0])
    results.close()


def work(tasks):
    while tasks.get() is not None:
        tasks.task_done()
    tasks.task_done()


def killed(items):
    for number in range(3):
        items.put(number)
    items.close()
    items.join_thread()
    os.kill(os.getpid(), signal.SIGKILL)


def left_behind(items):
    items.cancel_join_thread()
    items.put(b"x" * 1_000_000)


def uncaught(items):
    if items is not None:
        items.get(timeout=0.01)
    raise ValueError("nothing given")


def echo(end):
    other = end.recv()
    other.send_bytes(end.recv_bytes())
    other.send_bytes(end.recv_bytes(20))
    end.send(other)


def run(context, function, *args):
    process = context.Process(target=function, args=args, name=function.__name__)
    process.start()
    return process


def queues(context):
    items, narrow, simple = context.Queue(), context.Queue(maxsize=2), context.SimpleQueue()
    for made in (items, narrow, simple):
        print(type(made), isinstance(made, multiprocessing.queues.Queue))
        print(attempt(pickle.dumps, made))
    narrow.put(1)
    narrow.put_nowait(2)
    print(narrow.full(), narrow.qsize(), repr(attempt(narrow.put, 3, timeout=0.01)))
    print(repr(attempt(narrow.put_nowait, 3)), attempt(narrow.put, 3, True, "soon"))
    print(narrow.get(), narrow.get(timeout=5), repr(attempt(narrow.get_nowait)))
    print(repr(attempt(narrow.get, timeout=0.01)), repr(attempt(narrow.get, True, -1)))
    print(narrow.empty(), attempt(narrow.get, True, "soon"), attempt(narrow.put))
    items.put(UNPICKLABLE)
    items.put([1, {"two": 3.0}])
    print(items.get(), items.qsize())
    simple.put("first")
    print(simple.empty(), simple.get(), attempt(simple.put, UNPICKLABLE).partition(":")[0])
    for big in (b"", b"x" * 100, b"x" * 5000, b"x" * 60000):
        simple.put(big)
        print(simple.get() == big)
    items.close()
    items.join_thread()
    print(attempt(items.put, 1).partition(" ")[0], attempt(items.get).partition(" ")[0])


def processes(context):
    items, (results, child_end) = context.Queue(3), context.Pipe(duplex=False)
    consumers = [run(context, consume, items, child_end) for _ in range(2)]
    producers = [run(context, produce, items, range(at, 300, 2)) for at in range(2)]
    child_end.close()
    got = [results.recv() for _ in range(300)]
    print(sorted(got) == list(range(300)), [process.join() for process in producers])
    for _ in consumers:
        items.put(None)
    print(repr(attempt(results.recv)), [process.join() for process in consumers])
    tasks = context.JoinableQueue()
    worker = run(context, work, tasks)
    for number in (1, 2, 3, None):
        tasks.put(number)
    tasks.join()
    worker.join()
    print(worker.exitcode, attempt(tasks.task_done))


def endings(context):
    items = context.Queue()
    victim = run(context, killed, items)
    victim.join()
    print(victim.exitcode, [items.get() for _ in range(3)])
    leaving = run(context, left_behind, context.Queue())
    leaving.join()
    print(leaving.exitcode)
    direct = run(context, items.put, "by a process")
    print(items.get(), direct.join())
    for given in (items, None):
        failing = run(context, uncaught, given)
        failing.join()
        print(failing.exitcode)


def connections(context):
    near, far = context.Pipe()
    print(type(near).__name__, near.readable, near.writable, near.poll(), near.poll(0.01))
    near.send_bytes(b"0123456789", 2, 5)
    print(far.poll(None), attempt(far.recv_bytes_into, bytearray(3)))
    near.send_bytes(b"0123456789")
    buffer = bytearray(12)
    print(far.recv_bytes_into(buffer, 1), buffer, attempt(near.send, UNPICKLABLE).partition(":")[0])
    other, passed = context.Pipe()
    process = run(context, echo, far)
    near.send(passed)
    near.send_bytes(b"x" * 200_000)
    print(len(other.recv_bytes()))
    near.send_bytes(b"longer than twenty bytes")
    process.join()
    print(process.exitcode, multiprocessing.connection.wait([near, other, process.sentinel]) != [])
    print(attempt(multiprocessing.connection.wait, [1.5], 0.01))
    reader, writer = context.Pipe(False)
    print(attempt(reader.send, 1), attempt(writer.recv), attempt(writer.poll, 1))
    print(multiprocessing.connection.wait([reader], 0.01), multiprocessing.connection.wait([], 0))
    writer.close()
    print(repr(attempt(reader.recv)), attempt(writer.send, 1), reader.poll(1))
    with multiprocessing.connection.Listener(family="AF_UNIX") as listener:
        answering = threading.Thread(target=lambda: answer(listener))
        answering.start()
        with multiprocessing.connection.Client(listener.address) as client:
            client.send("hello")
            print(client.recv(), client.closed)
        answering.join()


def answer(listener):
    with listener.accept() as connection:
        connection.send(connection.recv() + " back")


def is_open(descriptor):
    try:
        os.fstat(descriptor)
    except OSError:
        return False
    return True


def drops(context):
    """What is dropped is closed at once, without help from the garbage collector."""
    gc.disable()
    ends, simple, items = context.Pipe(), context.SimpleQueue(), context.Queue()
    simple.put(1)
    print(simple.get())
    used = [end.fileno() for end in (*ends, simple._reader, simple._writer, items._reader)]
    ends[0].send(1)
    ends[1].recv()
    print([is_open(descriptor) for descriptor in used])
    del ends, simple, items
    print([is_open(descriptor) for descriptor in used])
    gc.enable()


def subclasses():
    items = Counting(maxsize=3)
    items.put(1)
    items.put_nowait(UNPICKLABLE)
    items.put(2)
    print(items.get(), items.get(), items.puts, type(items).__name__, items.get.__func__.__name__)


class Unpicklable:
    def __reduce__(self):
        raise TypeError("not this one")


METHOD = sys.argv[1]
UNPICKLABLE = Unpicklable()


if __name__ == "__main__":
    chosen = multiprocessing.get_context(METHOD)
    queues(chosen)
    processes(chosen)
    if METHOD != "spawn":
        endings(chosen)
    connections(chosen)
    drops(chosen)
    subclasses()
