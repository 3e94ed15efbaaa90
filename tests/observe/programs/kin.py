"""What a copy of the standard library's multiprocessing does: `kin.py PACKAGE METHOD`."""

import importlib
import sys

package = importlib.import_module(sys.argv[1])


def square(number):
    return number * number


def fail(number):
    raise ValueError(number)


def work(lock, queue, event, total):
    with lock:
        queue.put(square(3))
    with total:
        total.value += 3
    event.wait()


def receive(connection):
    connection.send(connection.recv() + 1)


def main():
    context = package.get_context(sys.argv[2])
    lock = context.Lock()
    queue = context.Queue()
    event = context.Event()
    total = context.Value("i", 0)
    ours, theirs = context.Pipe()
    crew = [
        context.Process(target=work, args=(lock, queue, event, total), name="worker one"),
        context.Process(target=receive, args=(theirs,), name="worker two"),
    ]
    for process in crew:
        process.start()
    ours.send(41)
    got = queue.get(), ours.recv()
    event.set()
    for process in crew:
        process.join()
    print(*got, total.value)
    with context.Pool(2) as pool:
        print(pool.map(square, [1, 2, 3]), pool.apply_async(square, (4,)).get())
        pool.apply_async(fail, (5,)).wait()
        # What a worker has not told when it is terminated is lost: let it come to its end.
        pool.close()
        pool.join()


if __name__ == "__main__":
    main()
