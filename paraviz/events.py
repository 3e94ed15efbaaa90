"""The vocabulary of events, their record layout, and the messages that carry them.

Both sides of the wire read this file: the recorder inside the observed program and the session
outside it. So it imports the standard library only, and little of that.

An **event** is two integers: a stamp (`time.perf_counter_ns()`, ns) and a **word**, which packs
what happened (`kind`, 8 bits), to which object (24 bits; a lock's number, a lane's number, …) and
where in the program's source (`site`, 31 bits; 0 = not known). An event that carries a value as
well is followed by a pair (value, EXTRA). Pairs are appended in one call, so a record is never
torn.

A **message** is a type byte, the length of its body and the body. Messages are packed into
**parcels** of at most `PARCEL_LIMIT` bytes, each sent by one call as one datagram: it arrives whole
or not at all, so a worker killed in the middle can neither tear a message nor keep a lock. Where
there are no such datagrams, a parcel goes into a pipe of bytes behind its length, under a lock.
"""

from __future__ import annotations

import struct

# Kinds of events. The numbers are stored in recordings: never reuse one.
EXTRA = 0
THREAD_BEGIN = 1
THREAD_END = 2
THREAD_START = 3
JOIN_BEGIN = 4
JOIN_END = 5
LOCK_WAIT = 6
LOCK_ACQUIRED = 7
LOCK_ABANDONED = 8
LOCK_RELEASED = 9
WRITE = 10
SLEEP_BEGIN = 11
SLEEP_END = 12
PROGRAM_BEGIN = 13
PROGRAM_END = 14
READ_BEGIN = 15
READ_END = 16
WAIT_BEGIN = 17
WAIT_END = 18
WAIT_ABANDONED = 19
NOTIFY = 20
SET = 21
CLEAR = 22
PUT_WAIT = 23
PUT = 24
GET_WAIT = 25
GET = 26
MARK = 27
SPAN_BEGIN = 28
SPAN_END = 29
SEND_WAIT = 30
SEND = 31
RECEIVE_WAIT = 32
RECEIVE = 33
PROCESS_START = 40
PROCESS_JOIN_BEGIN = 41
PROCESS_JOIN_END = 42
TASK_WAIT = 43
TASK_BEGIN = 44
TASK_NONE = 45
TASK_END = 46
RESULT_WAIT = 47
RESULT = 48
MEMORY_READ = 50
MEMORY_BEFORE = 51
MEMORY_WRITE = 52
COROUTINE_CREATE = 60
COROUTINE_RUN = 61
COROUTINE_AWAIT = 62
COROUTINE_READY = 63
COROUTINE_END = 64
IMPORTED_BY = 90
TASK_SUBMIT = 100
TASK_PASSED = 101
RESULT_TAKEN = 102
RESULT_SET = 103
ITEM_PASSED = 104
WAIT_LIMIT = 105
EXIT_WAIT = 106
PROCESS_KILL = 110
CALLBACK_LATE = 120
CALLBACK_LONG = 121
FOR_OWN_LOOP = 122
RAISED = 123
RESULT_UNASKED = 124
COROUTINE_UNASKED = 125
TASK_UNWOKEN = 126
CALLBACK_UNWOKEN = 127
TASK_UNSTOPPED = 140
TASK_DRAWN = 141
AWAITS_TASK = 150
AWAITS_LOCK = 151
COROUTINE_FOR = 152
MAIN_TASK = 153
TASK_GOT_LOCK = 154
TASK_LET_LOCK = 155

NOTHING, AN_OBJECT, A_LANE, A_PROCESS, A_STREAM = range(5)
"""What the object of an event is: none; a row of the objects (a lock, a queue, a text); a lane of
the same process; a process, which stands for its first lane; one of the standard streams."""

_KINDS: dict[int, tuple[str, int]] = {
    THREAD_BEGIN: ("begin", NOTHING),
    THREAD_END: ("end", NOTHING),
    THREAD_START: ("start", A_LANE),
    JOIN_BEGIN: ("join", A_LANE),
    JOIN_END: ("joined", A_LANE),
    LOCK_WAIT: ("wait", AN_OBJECT),
    LOCK_ACQUIRED: ("acquire", AN_OBJECT),
    LOCK_ABANDONED: ("give up", AN_OBJECT),
    LOCK_RELEASED: ("release", AN_OBJECT),
    WRITE: ("write", A_STREAM),
    SLEEP_BEGIN: ("sleep", NOTHING),
    SLEEP_END: ("awake", NOTHING),
    PROGRAM_BEGIN: ("program begins", NOTHING),
    PROGRAM_END: ("program ends", NOTHING),
    READ_BEGIN: ("read", NOTHING),
    READ_END: ("has read", NOTHING),
    WAIT_BEGIN: ("wait for", AN_OBJECT),
    WAIT_END: ("go on after", AN_OBJECT),
    WAIT_ABANDONED: ("give up waiting for", AN_OBJECT),
    NOTIFY: ("notify", AN_OBJECT),
    SET: ("set", AN_OBJECT),
    CLEAR: ("clear", AN_OBJECT),
    PUT_WAIT: ("put into", AN_OBJECT),
    PUT: ("has put into", AN_OBJECT),
    GET_WAIT: ("get from", AN_OBJECT),
    GET: ("got from", AN_OBJECT),
    MARK: ("mark", AN_OBJECT),
    SPAN_BEGIN: ("begin", AN_OBJECT),
    SPAN_END: ("end", AN_OBJECT),
    SEND_WAIT: ("send by", AN_OBJECT),
    SEND: ("has sent by", AN_OBJECT),
    RECEIVE_WAIT: ("receive from", AN_OBJECT),
    RECEIVE: ("received from", AN_OBJECT),
    PROCESS_START: ("start process", A_PROCESS),
    PROCESS_KILL: ("send a signal to", A_PROCESS),
    PROCESS_JOIN_BEGIN: ("join process", A_PROCESS),
    PROCESS_JOIN_END: ("joined process", A_PROCESS),
    TASK_WAIT: ("wait for a task", NOTHING),
    TASK_BEGIN: ("begin task", AN_OBJECT),
    TASK_NONE: ("no more tasks", NOTHING),
    TASK_END: ("end task", AN_OBJECT),
    RESULT_WAIT: ("wait for the result of", AN_OBJECT),
    RESULT: ("has the result of", AN_OBJECT),
    MEMORY_READ: ("read", AN_OBJECT),
    MEMORY_BEFORE: ("overwrite", AN_OBJECT),
    MEMORY_WRITE: ("write", AN_OBJECT),
    COROUTINE_CREATE: ("create", A_LANE),
    COROUTINE_RUN: ("run", NOTHING),
    COROUTINE_AWAIT: ("await", AN_OBJECT),
    COROUTINE_READY: ("ready", NOTHING),
    COROUTINE_END: ("done", NOTHING),
    IMPORTED_BY: ("finds left at the fork", AN_OBJECT),
    TASK_SUBMIT: ("hand in", AN_OBJECT),
    TASK_PASSED: ("has handed on", AN_OBJECT),
    RESULT_TAKEN: ("takes the result of", AN_OBJECT),
    RESULT_SET: ("hands over the result of", AN_OBJECT),
    ITEM_PASSED: ("has handed on an item of", AN_OBJECT),
    WAIT_LIMIT: ("limit", NOTHING),
    EXIT_WAIT: ("cannot end before", A_LANE),
    CALLBACK_LATE: ("called late:", AN_OBJECT),
    CALLBACK_LONG: ("has called", AN_OBJECT),
    FOR_OWN_LOOP: ("is about to wait in its own loop for", AN_OBJECT),
    RAISED: ("raised", AN_OBJECT),
    RESULT_UNASKED: ("nobody asks for", AN_OBJECT),
    COROUTINE_UNASKED: ("nobody asks for the end of", A_LANE),
    TASK_UNWOKEN: ("from another thread, without waking its loop, made ready", A_LANE),
    AWAITS_TASK: ("is about to await the end of", A_LANE),
    AWAITS_LOCK: ("is about to await", AN_OBJECT),
    COROUTINE_FOR: ("creates, for who asked from another thread,", A_LANE),
    MAIN_TASK: ("is what the event loop runs for", NOTHING),
    TASK_GOT_LOCK: ("has got", AN_OBJECT),
    TASK_LET_LOCK: ("lets go of", AN_OBJECT),
    CALLBACK_UNWOKEN: ("from another thread, without waking its loop, called for", AN_OBJECT),
    TASK_UNSTOPPED: ("cannot stop", AN_OBJECT),
    TASK_DRAWN: ("has got from its iterable", AN_OBJECT),
}

KIND_NAMES: dict[int, str] = {kind: name for kind, (name, _) in _KINDS.items()}
"""What an event is called wherever one is shown."""


def kinds_about(what: int) -> tuple[int, ...]:
    """The kinds whose object is `AN_OBJECT`, `A_LANE`, …"""
    return tuple(kind for kind, (_, about) in _KINDS.items() if about == what)


LOCK_KINDS = (LOCK_WAIT, LOCK_ACQUIRED, LOCK_ABANDONED, LOCK_RELEASED)
"""Kinds whose object is a lock or a semaphore."""
PUT_KINDS = (PUT_WAIT, PUT, GET_WAIT, GET, ITEM_PASSED)
"""Kinds whose object is a queue. A GET has the value of the PUT that put what it got, from 1; 0
where that is not known. (A SEND and a RECEIVE have the number of bytes.) So has an ITEM_PASSED, of
the thread that took long to carry an item from one to the other."""
MARK_KINDS = (MARK, SPAN_BEGIN, SPAN_END)
"""Kinds whose object is a text that the program chose."""
NUMBERED_KINDS = (
    *(TASK_SUBMIT, TASK_PASSED, TASK_BEGIN, TASK_END),
    *(RESULT_TAKEN, RESULT_SET, RESULT_WAIT, RESULT, TASK_UNSTOPPED, TASK_DRAWN),
)
"""Kinds whose value is the number of a task, 0 where that is not known: who hands it in, the thread
that has sent it to a worker, the worker, the thread that takes its result from there, who lets the
waiter know, the waiter, who calls it off though a worker is at it, and the thread that is to send
it once what the program maps over has given it, if that took long. What is waited for and is no
task has a number as well."""
TASK_KINDS = (*NUMBERED_KINDS, COROUTINE_AWAIT, FOR_OWN_LOOP)
"""Kinds whose object is a name as it is. (A COROUTINE_READY has as its value for how long, in ns,
the timer that made it ready had been due; 0 where that was no time, or no timer.)"""
RAISED_KINDS = (RAISED, RESULT_UNASKED)
"""Kinds whose object is the name of an exception: one that ends a worker or a task, and one that is
a result which nobody will ask for any more. Its value is the number of what it is the result of,
below 0 where that is no task that has one; 0 where it is what the worker is at."""
CALLBACK_KINDS = (CALLBACK_LATE, CALLBACK_LONG, CALLBACK_UNWOKEN)
"""Kinds whose object is the name of a function that an event loop calls. The first two are reported
when it is over, and only if that is worth a word. CALLBACK_LATE: its value is how long ago, in ns,
it had been due; CALLBACK_LONG: how long it took, in ns."""
POOLS_TASK = 1 << 29
"""The bit of a task's number that says that it is of a `multiprocessing.Pool`."""
PART_MASK = (1 << 15) - 1
"""The bits of such a number that say which part of what was handed in it is; 0 for all of it."""

TASK_LOCK_KINDS = (AWAITS_LOCK, TASK_GOT_LOCK, TASK_LET_LOCK)
"""Kinds whose object is a lock of asyncio. The first, and AWAITS_TASK, once for each task that is
awaited, stand just before a COROUTINE_AWAIT. (A COROUTINE_FOR, of the loop's thread, has as its
value the number of the result that is waited for in another thread.)"""
IMPORT_KINDS = (IMPORTED_BY,)
"""Kinds whose object is an import; the value is the system's number of the thread that was at it,
and that a fork left behind."""
LIMITS_TOLD = 1
"""The value of a PROGRAM_BEGIN from which on waits with a time limit are told apart: the event just
before the one that begins such a wait is a WAIT_LIMIT, whose value is the limit in ns; 0 where that
is no plain number."""

KIND_BITS = 8
OBJECT_BITS = 24
SITE_SHIFT = KIND_BITS + OBJECT_BITS
KIND_MASK = (1 << KIND_BITS) - 1
OBJECT_MASK = (1 << OBJECT_BITS) - 1

STDOUT = 1
STDERR = 2
LOG = 3
"""The objects of a WRITE. What is logged may come out at a stream as well, or nowhere."""


def word(kind: int, obj: int = 0, site: int = 0) -> int:
    """Pack a kind, an object and a site into a word."""
    return kind | (obj & OBJECT_MASK) << KIND_BITS | site << SITE_SHIFT


IMAGE_SHIFT = 24
PID_MASK = (1 << IMAGE_SHIFT) - 1
"""A process that runs one observed program after the other has a number of its own in messages for
each: that of the operating system and, above it, how many it ran before."""

# Messages.
PARCEL_LIMIT = 60_000
"""Bytes. Small enough that several fit into a Unix socket's usual buffer of 208 KiB."""

PROCESS = 0x50  # JSON: a process reports for the first time
LANE = 0x4C  # JSON: a lane begins, or has a new name
OBJECT = 0x4F  # JSON: something events refer to, such as a lock
SITE = 0x53  # JSON: a place in the program's source that events refer to
EVENTS = 0x45  # EVENTS_HEAD, then pairs of int64 in native order
TEXT = 0x54  # TEXT_HEAD, then UTF-8 (surrogates passed): what the lane wrote, in its order
CLOSED = 0x43  # JSON: a lane ends, with the number of events it emitted
NOTICE = 0x4E  # JSON: something the user should know, such as a probe that switched itself off
LEAVING = 0x58  # JSON: a process ends by its own doing, and how
STANDS = 0x41  # JSON: where a thread stands that has been silent
RESTS = 0x52  # JSON: it has not run since
ENDED = 0x57  # JSON: a process learned how a child of its own ended
CHILD = 0x48  # JSON: a process started a child, and what it is called

MESSAGE_HEAD = struct.Struct("=BI")
"""type, length of the body in bytes."""
EVENTS_HEAD = struct.Struct("=IIQ")
"""pid, lane, number of events this lane emitted before the first one here."""
TEXT_HEAD = struct.Struct("=II")
"""pid, lane."""


def message(message_type: int, body: bytes) -> bytes:
    """A message as it stands in a parcel."""
    return MESSAGE_HEAD.pack(message_type, len(body)) + body


PARCEL_HEAD = struct.Struct("!i")
"""The length of a parcel, before it in a pipe of bytes."""


def lock_of_pipe(number: int) -> str:
    """The name of the semaphore around what is written to a pipe of bytes, by its inode."""
    return f"/paraviz-pipe-{number}"
