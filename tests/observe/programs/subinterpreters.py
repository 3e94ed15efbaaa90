"""Work in subinterpreters, by whatever this Python has for them."""

import sys
import threading

NEWER = sys.version_info >= (3, 14)
if NEWER:
    from concurrent import interpreters
    from concurrent.futures import InterpreterPoolExecutor
elif sys.version_info >= (3, 13):
    import _interpreters as raw
else:
    import _xxsubinterpreters as raw


def double(number):
    return 2 * number


def fail():
    raise ValueError("as it should")


def hand_over(queue, ready):
    ready.put("ready")
    return queue.get()


def take(queue):
    print("got", queue.get(timeout=20))


def old():
    made = raw.create()
    raw.run_string(made, "print('inside', 6 * 7, flush=True)")
    inside = threading.Thread(
        target=raw.run_string, args=(made, "print('thread', flush=True)"), name="enters"
    )
    inside.start()
    inside.join()
    try:
        error = raw.run_string(made, "1 / 0")
        print(error.type.__name__ if error else None)
    except raw.RunFailedError as failed:
        print(type(failed).__name__)
    raw.destroy(made)


def new():
    made = interpreters.create()
    made.prepare_main(number=7)
    made.exec("print('inside', 6 * number, flush=True)")
    print(made.call(double, 4))
    made.call_in_thread(double, 5).join()
    thread = threading.Thread(target=made.call, args=(double, 6), name="enters")
    thread.start()
    thread.join()
    try:
        made.call(fail)
    except interpreters.ExecutionFailed as error:
        print(error)
    queue = interpreters.create_queue()
    ready = interpreters.create_queue()
    full = interpreters.create_queue(1)
    other = interpreters.create().call_in_thread(hand_over, queue, ready)
    print(ready.get())
    queue.put("item")
    other.join()
    taker = threading.Thread(target=take, args=(queue,), name="taker")
    taker.start()
    queue.put("another")
    taker.join()
    full.put(1)
    for wait in (queue.get, full.put):
        try:
            wait(*((2,) if wait == full.put else ()), timeout=1)
        except (interpreters.QueueEmpty, interpreters.QueueFull) as error:
            print(type(error).__name__)
    with InterpreterPoolExecutor(1) as executor:
        print(list(executor.map(double, [1, 2, 3])))
        print(type(executor.submit(fail).exception()).__name__)


if __name__ == "__main__":
    new() if NEWER else old()
