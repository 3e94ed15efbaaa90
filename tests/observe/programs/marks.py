"""A program that names its own moments and stretches."""

import inspect
import os
import sys
import threading

import paraviz
from paraviz import mark, span


def work():
    for _ in range(3):
        with paraviz.span("load"), span("inner"):
            mark("loaded")


mark("first")
if "fork" in sys.argv:
    child = os.fork()
    mark("in both")
    if not child:
        mark("loaded")
        os._exit(0)
    os.waitpid(child, 0)
print(inspect.signature(mark), inspect.signature(span), mark("start"), paraviz.__version__)
thread = threading.Thread(target=work, name="worker")
thread.start()
thread.join()
again = span("again")
try:
    with again, again:
        raise ValueError("inside")
except ValueError as error:
    print(error, len(inspect.trace()))
mark(7)
mark(["no", "text"])
mark("\udc80 \0 ünï")
