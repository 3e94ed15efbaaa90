"""METHOD: waiting for results of executors and pools, in every way there is. Work is done once
somebody waits for it."""

import concurrent.futures
import gc
import multiprocessing
import sys
import threading
import time
import traceback
import weakref

gate = threading.Event()


def given(a_gate):
    global gate
    gate = a_gate


def double(number):
    gate.wait()
    return 2 * number


def fail(_):
    raise ValueError("failed")


class Argument:
    pass


def close_until_waited_for(condition):
    gate.clear()

    def open_then():
        while not condition._waiters:
            time.sleep(0.001)
        gate.set()

    threading.Thread(target=open_then).start()


def open_for_completed(future):
    while not future._waiters or not future._waiters[0].event._cond._waiters:
        time.sleep(0.001)
    gate.set()


def in_threads():
    with concurrent.futures.ThreadPoolExecutor(2) as executor:
        first = executor.submit(double, 1)
        try:
            first.result(timeout=0.001)
        except TimeoutError as error:
            print(repr(error))
        print(concurrent.futures.wait([first], timeout=0.001).done)
        close_until_waited_for(first._condition)
        print(first.result(), first.result(), first.exception())
        gate.clear()
        second = executor.submit(double, 2)
        threading.Thread(target=open_for_completed, args=(second,)).start()
        print([one.result() for one in concurrent.futures.as_completed([second])])
        try:
            executor.submit(fail, 1).result()
        except ValueError:
            traceback.print_exc()


def lifetimes():
    gc.disable()
    with concurrent.futures.ThreadPoolExecutor(1) as executor:
        argument = Argument()
        there = weakref.ref(argument)
        future = executor.submit(fail, argument)
        print(repr(future.exception()))
        executor.submit(int).result()
        del argument, future
        print(there())
    gc.enable()


def in_processes(method):
    context = multiprocessing.get_context(method)
    given(context.Event())
    with concurrent.futures.ProcessPoolExecutor(
        1, mp_context=context, initializer=given, initargs=(gate,)
    ) as executor:
        later = executor.submit(double, 21)
        close_until_waited_for(later._condition)
        print(later.result())
        print(list(executor.map(double, range(4), chunksize=2)))
        print(repr(executor.submit(fail, 1).exception()))
    with context.Pool(1, initializer=given, initargs=(gate,)) as pool:
        for start in (
            lambda: pool.map_async(double, range(3)),
            lambda: pool.apply_async(double, (4,)),
            lambda: pool.starmap_async(double, [(5,), (6,)]),
        ):
            gate.clear()
            later = start()
            close_until_waited_for(later._event._cond)
            print(later.get(), later.get())
        gate.clear()
        items = pool.imap(double, [7])
        close_until_waited_for(items._cond)
        print(list(items))
        print(pool.map(double, range(3)), pool.apply(double, (4,)))
        later = pool.apply_async(fail, ("…",))
        later.wait()
        print(later.ready(), later.successful())
        try:
            pool.map(fail, [1])
        except ValueError as error:
            print(error)


if __name__ == "__main__":
    in_threads()
    lifetimes()
    in_processes(sys.argv[1])
