"""A daemon: closes what it inherited, then uses sockets of its own, and starts children. What comes
out of their other ends was written by somebody else."""

import multiprocessing
import os
import resource
import socket
import sys
import threading
import time


def child(answers: multiprocessing.SimpleQueue) -> None:
    answers.put(os.getpid() != 0)


def main() -> None:
    os.closerange(3, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    pairs = [socket.socketpair() for _ in range(3)]
    ends = [end for pair in pairs for end in pair]
    for end in ends:
        end.setblocking(False)
    lock = threading.Lock()

    def work() -> None:
        for _ in range(20):
            with lock:
                time.sleep(0.002)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    time.sleep(0.3)
    for end in ends:
        try:
            print("foreign bytes", len(end.recv(1 << 16)))
        except BlockingIOError:
            continue
    for method in sys.argv[1:]:
        context = multiprocessing.get_context(method)
        answers = context.SimpleQueue()
        process = context.Process(target=child, args=(answers,))
        process.start()
        process.join(20)
        print(method, process.exitcode, not answers.empty())


if __name__ == "__main__":
    main()
