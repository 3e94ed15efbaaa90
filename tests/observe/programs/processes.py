"""METHOD: processes, a pool and an executor under each start method."""

import concurrent.futures
import multiprocessing
import multiprocessing.pool
import os
import sys
import threading
import time


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def work(number, lock):
    with lock:
        print("worker", number, multiprocessing.current_process().name, flush=True)
    if number == 1:
        sys.exit(3)


def nested(queue):
    inner = multiprocessing.Process(target=queue.put, args=("from the inner one",))
    inner.start()
    inner.join()
    queue.put(threading.current_thread().name)


def sleep(ready):
    ready.set()
    time.sleep(60)


def main(method):
    context = multiprocessing.get_context(method)
    lock = context.Lock()
    for number in range(2):
        process = context.Process(target=work, args=(number, lock), name=f"own-{number}")
        process.start()
        process.join()
        print(process.name, process.exitcode, process.is_alive())
    with context.Pool(2, maxtasksperchild=3) as pool:
        print(pool.map(fib, range(12)), pool.apply_async(fib, (10,)).get())
        print(list(pool.imap(fib, range(5), chunksize=2)), pool.starmap(pow, [(2, 3), (3, 2)]))
    with multiprocessing.pool.ThreadPool(2) as pool:
        print(pool.map(fib, range(4)), pool.apply(pow, (2, 4)))
    with concurrent.futures.ProcessPoolExecutor(2, mp_context=context) as executor:
        print(list(executor.map(fib, range(8), chunksize=3)))
        print(executor.submit(pow, 2, 5).result())
        try:
            executor.submit(int, "no number").result()
        except ValueError as error:
            print(error)
    with concurrent.futures.ThreadPoolExecutor(2, thread_name_prefix="pool") as executor:
        print(list(executor.map(fib, [5, 6])))
    ready = context.Event()
    sleeper = context.Process(target=sleep, args=(ready,), daemon=True)
    sleeper.start()
    ready.wait()
    sleeper.terminate()
    sleeper.join()
    print("terminated", sleeper.exitcode)
    queue = context.SimpleQueue()
    outer = context.Process(target=nested, args=(queue,))
    outer.start()
    print(queue.get(), queue.get())
    outer.join()
    with context.Manager() as manager:
        shared, guard = manager.list([1]), manager.Lock()
        with guard:
            shared.append(2)
        print(list(shared))
    print(multiprocessing.current_process().name, multiprocessing.parent_process())
    print(len(multiprocessing.active_children()), os.environ.get("PARAVIZ"))


if __name__ == "__main__":
    main(sys.argv[1])
