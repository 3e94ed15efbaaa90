"""Functions of the standard library in which threads wait, and what for.

They are known by the end of their file's name and their qualified name. A thread waits for what the
outermost of them says, as far as they stand without a gap from the innermost frame on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.attach.interpreter import Frame


class Known(Struct, frozen=True):
    """What a function waits for."""

    kind: str
    thing: str = "self"
    """The variable that has what is waited for."""
    alone: bool = False
    """Whether it waits by itself; else only by one of these functions that it called."""


_CONDITION = Known("condition", alone=True)
_JOIN = Known("join", alone=True)
_PROCESS = Known("process", alone=True)
_RECEIVE = Known("receive", alone=True)
_SEND = Known("send", alone=True)
_LOOP = Known("loop", alone=True)
_FUNCTIONS: dict[tuple[str, str], Known] = {
    ("threading.py", "Condition.wait"): _CONDITION,
    ("threading.py", "Condition.wait_for"): _CONDITION,
    ("threading.py", "Event.wait"): Known("event"),
    ("threading.py", "Semaphore.acquire"): Known("semaphore"),
    ("threading.py", "Semaphore.__enter__"): Known("semaphore"),
    ("threading.py", "Barrier._wait"): Known("barrier"),
    ("threading.py", "Barrier._enter"): Known("barrier"),
    ("threading.py", "Barrier.wait"): Known("barrier"),
    ("threading.py", "Thread._wait_for_tstate_lock"): _JOIN,
    ("threading.py", "Thread.join"): _JOIN,
    ("threading.py", "_shutdown"): Known("shutdown", "", alone=True),
    ("queue.py", "Queue.get"): Known("get"),
    ("queue.py", "Queue.put"): Known("put"),
    ("queue.py", "Queue.join"): Known("drained"),
    ("_base.py", "Future.result"): Known("future"),
    ("_base.py", "Future.exception"): Known("future"),
    ("_base.py", "_result_or_cancel"): Known("future", "fut"),
    ("_base.py", "wait"): Known("futures", "fs"),
    ("_base.py", "as_completed"): Known("futures", "fs"),
    ("_base.py", "Executor.map.<locals>.result_iterator"): Known("future", ""),
    ("thread.py", "_worker"): Known("task", "", alone=True),
    ("thread.py", "ThreadPoolExecutor.shutdown"): Known("shutdown", ""),
    ("process.py", "_process_worker"): Known("task", ""),
    ("pool.py", "worker"): Known("task", ""),
    ("pool.py", "Pool._handle_tasks"): Known("get", "taskqueue", alone=True),
    ("pool.py", "ApplyResult.wait"): Known("result"),
    ("pool.py", "ApplyResult.get"): Known("result"),
    ("pool.py", "Pool.map"): Known("result", ""),
    ("pool.py", "Pool.starmap"): Known("result", ""),
    ("pool.py", "Pool.apply"): Known("result", ""),
    ("pool.py", "IMapIterator.next"): Known("result"),
    ("process.py", "BaseProcess.join"): _PROCESS,
    ("popen_fork.py", "Popen.wait"): _PROCESS,
    ("popen_fork.py", "Popen.poll"): _PROCESS,
    ("popen_forkserver.py", "Popen.poll"): _PROCESS,
    ("subprocess.py", "Popen.wait"): Known("child", alone=True),
    ("subprocess.py", "Popen._wait"): Known("child", alone=True),
    ("subprocess.py", "Popen._try_wait"): Known("child", alone=True),
    ("connection.py", "_ConnectionBase.recv"): _RECEIVE,
    ("connection.py", "_ConnectionBase.recv_bytes"): _RECEIVE,
    ("connection.py", "Connection._recv_bytes"): _RECEIVE,
    ("connection.py", "Connection._recv"): _RECEIVE,
    ("connection.py", "_ConnectionBase.send"): _SEND,
    ("connection.py", "_ConnectionBase.send_bytes"): _SEND,
    ("connection.py", "Connection._send_bytes"): _SEND,
    ("connection.py", "Connection._send"): _SEND,
    ("connection.py", "wait"): Known("connections", "", alone=True),
    ("connection.py", "_ConnectionBase.poll"): _RECEIVE,
    ("connection.py", "Connection._poll"): _RECEIVE,
    ("queues.py", "SimpleQueue.get"): Known("get"),
    ("queues.py", "SimpleQueue.put"): Known("put"),
    ("queues.py", "Queue.get"): Known("get"),
    ("queues.py", "Queue._feed"): Known("put", ""),
    ("synchronize.py", "SemLock.__enter__"): Known("semlock", alone=True),
    ("synchronize.py", "Condition.wait"): Known("condition", alone=True),
    ("synchronize.py", "Event.wait"): Known("event"),
    ("selectors.py", "EpollSelector.select"): _LOOP,
    ("selectors.py", "PollSelector.select"): _LOOP,
    ("selectors.py", "_PollLikeSelector.select"): _LOOP,
    ("selectors.py", "SelectSelector.select"): _LOOP,
    ("selectors.py", "SelectSelector._select"): _LOOP,
    ("base_events.py", "BaseEventLoop._run_once"): Known("loop", ""),
}
_LIBRARY = ("/lib/python", "/lib64/python", "<frozen ")
IMPORTING = "<frozen importlib._bootstrap>"
CHILD_BEGINS = {"BaseProcess._bootstrap": "self", "Popen._launch": "process_obj"}
"""Functions in which a child of `multiprocessing` has its beginning, and which variable there is
its process; the latter is what is left of it at its end, since 3.13."""
LOGGING = "logging/__init__.py"


def known(frames: Sequence[Frame]) -> tuple[Known, Frame] | None:
    """What a thread waits for by its frames, and the frame that says it; None where they do not."""
    found: tuple[Known, Frame] | None = None
    for frame in frames:
        one = _FUNCTIONS.get((frame.file.rpartition("/")[2], frame.function))
        if one is None or not is_library(frame) or (found is None and not one.alone):
            break
        if one.thing or found is None:
            found = one, frame
        else:
            found = Known(one.kind, found[0].thing, one.alone), found[1]
    return found


def is_library(frame: Frame) -> bool:
    """Whether a frame is the standard library's."""
    return any(part in frame.file for part in _LIBRARY) and "-packages/" not in frame.file


def own_frame(frames: Sequence[Frame]) -> Frame | None:
    """The innermost frame of the program itself; None where a thread is all the library's. Below
    where a child begins there is only what a fork copied."""
    for frame in frames:
        if frame.function in CHILD_BEGINS and is_library(frame):
            return None
        if not is_library(frame):
            return frame
    return None
