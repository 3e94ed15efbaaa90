"""Ctrl-C meets children, each of which waits in another way, and each reports it as it likes."""

import contextlib
import logging
import multiprocessing
import os
import queue
import signal
import sys
import threading
import time
import traceback
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import pool


def interrupt_when(waits):
    """Interrupt the main thread once it rests in a call by that function, or by one that is there
    to wait."""
    main, process = threading.main_thread().ident, os.getpid()
    places = [function.__code__ for function in (waits, with_statement, waiting_in, asyncio_sleep)]

    def rests():
        frame = sys._current_frames().get(main)
        while frame is not None and frame.f_code.co_filename != __file__:
            frame = frame.f_back
        if frame is None or frame.f_code not in places:
            return False
        with open(f"/proc/{process}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] == "S"

    def watch():
        while not (rests() and rests() and rests()):
            time.sleep(0.01)
        os.kill(process, signal.SIGINT)

    threading.Thread(target=watch, daemon=True).start()


def held(lock):
    lock.acquire()
    return lock


def full(made):
    made.put(1)
    return made


def of_other_thread(lock):
    taker = threading.Thread(target=lock.acquire)
    taker.start()
    taker.join()
    return lock


def with_statement(lock):
    with lock:
        pass


def waiting_in(condition):
    with condition:
        condition.wait()


def forever():
    threading.Event().wait()


def asyncio_sleep():
    import asyncio

    asyncio.run(asyncio.sleep(1000))


def started(worker):
    worker.daemon = True
    worker.start()
    return worker


THREADS = {
    "lock": lambda: held(threading.Lock()).acquire(),
    "lock with": lambda: with_statement(held(threading.Lock())),
    "rlock": lambda: of_other_thread(threading.RLock()).acquire(),
    "rlock with": lambda: with_statement(of_other_thread(threading.RLock())),
    "condition": lambda: waiting_in(threading.Condition()),
    "event": lambda: threading.Event().wait(),
    "semaphore": lambda: threading.Semaphore(0).acquire(),
    "barrier": lambda: threading.Barrier(2).wait(),
    "get": lambda: queue.Queue().get(),
    "put": lambda: full(queue.Queue(1)).put(2),
    "join queue": lambda: full(queue.Queue()).join(),
    "simple": lambda: queue.SimpleQueue().get(),
    "sleep": lambda: time.sleep(1000),
    "join": lambda: started(threading.Thread(target=forever)).join(),
    "future": lambda: Future().result(),
    "asyncio": asyncio_sleep,
}
PROCESSES = {
    "lock": lambda: held(multiprocessing.Lock()).acquire(),
    "lock with": lambda: with_statement(held(multiprocessing.Lock())),
    "semaphore": lambda: multiprocessing.Semaphore(0).acquire(),
    "condition": lambda: waiting_in(multiprocessing.Condition()),
    "event": lambda: multiprocessing.Event().wait(),
    "get": lambda: multiprocessing.Queue().get(),
    "put": lambda: full(multiprocessing.Queue(1)).put(2),
    "simple": lambda: multiprocessing.SimpleQueue().get(),
    "join queue": lambda: full(multiprocessing.JoinableQueue()).join(),
    "receive": lambda: multiprocessing.Pipe()[0].recv(),
    "poll": lambda: multiprocessing.Pipe()[0].poll(None),
    "send": lambda: multiprocessing.Pipe()[0].send_bytes(b"x" * 10_000_000),
    "join": lambda: started(multiprocessing.get_context("fork").Process(target=forever)).join(),
}


def wait(kind, name, report):
    multiprocessing.current_process()._config["daemon"] = False
    waits = globals()[kind][name]
    interrupt_when(waits)
    try:
        waits()
    except KeyboardInterrupt:
        if report == "format":
            print(traceback.format_exc(), file=sys.stderr)
        elif report == "log":
            logging.basicConfig()
            logging.exception("it was interrupted")
        elif report == "stack":
            traceback.print_stack()
            with contextlib.suppress(BaseException):
                traceback.print_exception(sys.exception(), limit=-2)
        else:
            raise


def task(_number):
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(1000)


def run(context, target, *args):
    child = context.Process(target=target, args=args, name="child")
    child.start()
    child.join()
    print(*args, child.exitcode, flush=True)


def main():
    method, what, *report = sys.argv[1:]
    context = multiprocessing.get_context(method)
    if what == "some":
        for kind, name in (("THREADS", "lock"), ("THREADS", "get"), ("PROCESSES", "receive")):
            run(context, wait, kind, name, *report or ("",))
    elif what in globals():
        for name in globals()[what]:
            run(context, wait, what, name, *report or ("",))
    elif what in ("busy", "idle"):
        tasks, results = context.SimpleQueue(), context.SimpleQueue()
        begin = ()
        if what == "busy":
            tasks.put((1, 0, task, (1,), {}))
        else:
            # A forked worker stands in what `main` called.
            begin = interrupt_when, (main,)
        worker = context.Process(target=pool.worker, args=(tasks, results, *begin))
        worker.start()
        worker.join()
        print(worker.exitcode)
    elif what == "executor":
        executor = ProcessPoolExecutor(1, context)
        error = executor.submit(task, 1).exception()
        print(repr(error), error.__cause__, flush=True)
        executor.shutdown()


if __name__ == "__main__":
    main()
