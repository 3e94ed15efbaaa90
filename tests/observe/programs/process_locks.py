"""METHOD: locks, conditions, events and barriers between processes behave as they do."""

import atexit
import contextlib
import copy
import gc
import inspect
import multiprocessing
import pickle
import sys
import time
import weakref
from multiprocessing import synchronize


class Gate(synchronize.Event):
    def __init__(self, name, context):
        super().__init__(ctx=context)
        self.name = name


def until_blocked(process):
    """Wait until the process does nothing but wait: a look at it finds it asleep, again and again.
    One that is kept from a CPU is not asleep."""
    seen = 0
    while seen < 10 and process.is_alive():
        time.sleep(0.01)
        with open(f"/proc/{process.pid}/stat") as stat:
            seen = seen + 1 if stat.read().rpartition(")")[2].split()[0] == "S" else 0


def contend(lock):
    with lock:  # the contender's
        print("the contender has it", flush=True)


def give_up(lock, rlock, condition, gate):
    print(lock.acquire(timeout=0.01), lock.acquire(False), lock.acquire(block=False, timeout=5))
    print(rlock.acquire(True, 0), condition.acquire(timeout=0.01), gate.wait(0.01), gate.name)
    sys.stdout.flush()


def serve(condition, jobs, ready):
    with condition:
        ready.set()
        while not jobs.value:
            condition.wait()  # the server's
        print("served", condition.wait(0.01), condition.wait_for(lambda: False, 0.01), flush=True)


def pass_on(context, lock):
    process = context.Process(target=stack, args=(lock,), name="grandchild")
    process.start()
    process.join()


def stack(lock):
    with contextlib.ExitStack() as entered:
        entered.enter_context(lock)  # the grandchild's


def count(slots, rlock, counter, numbers):
    with slots, slots:
        print(slots.get_value(), slots, slots.acquire(False), flush=True)
    with rlock, rlock:
        print(rlock.acquire(), rlock, rlock.release(), flush=True)
    counter.value += 1
    with counter.get_lock():  # the counter's lock
        counter.value += 1
    with counter:  # the counter
        counter.value += 1
    counter.acquire()
    counter.release()
    numbers[0] = counter.value
    with contextlib.suppress(IndexError):
        numbers[9]


def peek(counter):
    print("peeked", counter.value, flush=True)  # unasked


def meet(barrier, gate):
    barrier.wait()
    gate.wait()
    gate.clear()


def wrongs(lock, rlock, slots, condition, context):
    for wrong in (
        lock.release,
        rlock.release,
        slots.release,
        lambda: lock.acquire(True, "soon"),
        lambda: lock.acquire(True, 1 << 2000),
        condition.notify,
        condition.wait,
        lambda: context.Semaphore(-1),
        lambda: context.Lock(1),
        lambda: pickle.dumps(lock),
        lambda: copy.copy(condition),
    ):
        try:
            wrong()
        except Exception as error:
            print(type(error).__name__, error)


def main(method):
    context = multiprocessing.get_context(method)
    lock = context.Lock()
    rlock = context.RLock()
    slots = context.BoundedSemaphore(2)
    unbounded = context.Semaphore(0)
    condition = context.Condition()
    guarded = context.Condition(context.Lock())
    ready = context.Event()
    gate = Gate("gate", context)
    barrier = context.Barrier(2)
    counter = context.Value("i", 0)
    numbers = context.Array("i", 3)

    def run(target, *args):
        process = context.Process(target=target, args=args, name=target.__name__)
        process.start()
        return process

    for thing in (lock, rlock, slots, unbounded, condition, guarded, gate, barrier):
        print(type(thing), repr(thing).split(" at ")[0], isinstance(thing, synchronize.SemLock))
    for method in (synchronize.SemLock.__init__, synchronize.Event.set, context.Condition):
        print(method.__qualname__, inspect.signature(method))
    wrongs(lock, rlock, slots, condition, context)
    unbounded.release()
    print(unbounded.acquire(), unbounded.acquire(False), unbounded.get_value())
    with lock as held, rlock, condition:
        print(held, lock, rlock, str(condition).split(",")[0])
        run(give_up, lock, rlock, condition, gate).join()
        contender = run(contend, lock)
        until_blocked(contender)
    contender.join()
    for over in (condition, guarded):
        jobs = context.Value("i", 0, lock=False)
        server = run(serve, over, jobs, ready)
        ready.wait()
        with over:
            jobs.value = 1
            over.notify_all()  # of the server
        server.join()
        ready.clear()
    run(pass_on, context, lock).join()
    run(count, slots, rlock, counter, numbers).join()
    with counter.get_lock():
        peeking = run(peek, counter)
        until_blocked(peeking)
    peeking.join()
    print(counter.value, numbers[:], counter)
    meeting = run(meet, barrier, gate)
    barrier.wait()
    until_blocked(meeting)
    gate.set()
    meeting.join()
    print(gate.is_set(), barrier.n_waiting, barrier.broken)
    queue = context.Queue()
    queue.put(1)
    print(queue.get())
    with context.Pool(1) as pool:
        print(pool.map(abs, [-1, -2]))
    gc.disable()
    gone = (context.Lock(), context.Condition(), context.Event(), context.Value("i"))
    references = [weakref.ref(thing) for thing in gone]
    del gone
    print([reference() for reference in references])
    lock.acquire()
    atexit.register(lock.release)


if __name__ == "__main__":
    main(sys.argv[1])
