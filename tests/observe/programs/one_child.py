"""A child, started by the method that is given."""

import multiprocessing
import sys


def work() -> None:
    print("does its work")


if __name__ == "__main__":
    child = multiprocessing.get_context(sys.argv[1]).Process(target=work)
    child.start()
    child.join()
