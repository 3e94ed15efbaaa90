"""Three children that say nothing until a file is there.

python silent_children.py METHOD FILE
"""

import multiprocessing
import os
import sys


def work(file):
    while not os.path.exists(file):
        pass


def main(method, file):
    context = multiprocessing.get_context(method)
    children = [context.Process(target=work, args=(file,), name=f"work-{n}") for n in (1, 2)]
    children.append(context.Process(target=work, args=(file,)))
    for child in children:
        child.start()
    for child in children:
        child.join()


if __name__ == "__main__":
    main(*sys.argv[1:])
