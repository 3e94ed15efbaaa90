"""What `follows.py` starts."""

import multiprocessing
import sys
import threading


def work():
    print("at work", flush=True)


if __name__ == "__main__":
    print(sys.argv, __file__, sys.flags.optimize, sys.orig_argv[1:], flush=True)
    thread = threading.Thread(target=work, name="inner")
    thread.start()
    thread.join()
    how = sys.argv[1]
    if how == "a":
        process = multiprocessing.get_context("spawn").Process(target=work, name="grandchild")
        process.start()
        process.join()
    elif how == "exit":
        sys.exit(7)
    elif how == "raise":
        raise ValueError("as asked")
