"""Threads of `_thread`, as old programs start them."""

import _thread
import sys
import threading
import time


def work(number, *, name="nobody"):
    time.sleep(0.01)
    results.append((number, name))
    done.release()


class Fails:
    def __repr__(self):
        return "it fails"

    def __call__(self):
        try:
            {}["inner"]
        except KeyError:
            raise ValueError("outer")


def leaves():
    done.release()
    _thread.exit()


def last():
    sys.unraisablehook = lambda args: (
        print(args.exc_type, args.object in (last, None), args.err_msg is None),
        print(args.exc_traceback.tb_frame.f_code.co_name),
        done.release(),
    )
    raise LookupError


results = []
done = threading.Semaphore(0)
for start in (_thread.start_new_thread, threading.__dict__.get("_start_new_thread")):
    start = start or _thread.start_new_thread
    print(type(start(work, (1,))), start.__name__)
    start(work, (2,), {"name": "me"})
for _ in range(4):
    done.acquire()
print(sorted(results))
for wrong in ((1, ()), (work, 1), (work,), (), (work, (), 1)):
    try:
        _thread.start_new_thread(*wrong)
    except TypeError as error:
        print(error)
_thread.start_new_thread(leaves, ())
done.acquire()
_thread.start_new_thread(Fails(), ())
time.sleep(0.2)
sys.stderr.flush()
_thread.start_new_thread(last, ())
done.acquire()
print(threading.active_count())
