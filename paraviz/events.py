"""The vocabulary of events, their record layout, and the messages that carry them.

Both sides of the wire read this file: the recorder inside the observed program and the session
outside it. So it imports the standard library only, and little of that.

An **event** is two integers: a stamp (`time.perf_counter_ns()`, ns) and a **word**, which packs
what happened (`kind`, 8 bits), to which object (24 bits; a lock's number, a lane's number, …) and
where in the source (`site`, 31 bits; 0 = unknown). An event that carries a value as well is
followed by a pair (value, EXTRA). Pairs are appended in one call, so a record is never torn.

A **message** is a type byte, the length of its body and the body. Messages are packed into
**parcels** of at most `PARCEL_LIMIT` bytes, each sent by one call as one datagram: it arrives whole
or not at all, so a worker killed in the middle can neither tear a message nor keep a lock.
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
PROCESS_START = 40
PROCESS_JOIN_BEGIN = 41
PROCESS_JOIN_END = 42
TASK_WAIT = 43
TASK_BEGIN = 44
TASK_NONE = 45
TASK_END = 46

KIND_NAMES: dict[int, str] = {
    THREAD_BEGIN: "begin",
    THREAD_END: "end",
    THREAD_START: "start",
    JOIN_BEGIN: "join",
    JOIN_END: "joined",
    LOCK_WAIT: "wait",
    LOCK_ACQUIRED: "acquire",
    LOCK_ABANDONED: "give up",
    LOCK_RELEASED: "release",
    WRITE: "write",
    SLEEP_BEGIN: "sleep",
    SLEEP_END: "awake",
    PROGRAM_BEGIN: "program begins",
    PROGRAM_END: "program ends",
    READ_BEGIN: "read",
    READ_END: "has read",
    WAIT_BEGIN: "wait for",
    WAIT_END: "go on after",
    WAIT_ABANDONED: "give up waiting for",
    NOTIFY: "notify",
    SET: "set",
    CLEAR: "clear",
    PUT_WAIT: "put into",
    PUT: "has put into",
    GET_WAIT: "get from",
    GET: "got from",
    MARK: "mark",
    SPAN_BEGIN: "begin",
    SPAN_END: "end",
    PROCESS_START: "start process",
    PROCESS_JOIN_BEGIN: "join process",
    PROCESS_JOIN_END: "joined process",
    TASK_WAIT: "wait for a task",
    TASK_BEGIN: "begin task",
    TASK_NONE: "no more tasks",
    TASK_END: "end task",
}
"""What an event is called wherever one is shown."""

LOCK_KINDS = (LOCK_WAIT, LOCK_ACQUIRED, LOCK_ABANDONED, LOCK_RELEASED)
"""Kinds whose object is a lock or a semaphore."""
WAITED_FOR_KINDS = (WAIT_BEGIN, WAIT_END, WAIT_ABANDONED, NOTIFY, SET, CLEAR)
"""Kinds whose object is a condition, an event or a barrier; those of waiting, also a queue."""
CHANNEL_KINDS = (PUT_WAIT, PUT, GET_WAIT, GET)
"""Kinds whose object is a queue. A GET has the value of the PUT that put what it got, from 1; 0
where that is not known."""
MARK_KINDS = (MARK, SPAN_BEGIN, SPAN_END)
"""Kinds whose object is a text that the program chose."""

KIND_BITS = 8
OBJECT_BITS = 24
SITE_SHIFT = KIND_BITS + OBJECT_BITS
KIND_MASK = (1 << KIND_BITS) - 1
OBJECT_MASK = (1 << OBJECT_BITS) - 1

STDOUT = 1
STDERR = 2
"""The objects of a WRITE."""


def word(kind: int, obj: int = 0, site: int = 0) -> int:
    """Pack a kind, an object and a site into a word."""
    return kind | (obj & OBJECT_MASK) << KIND_BITS | site << SITE_SHIFT


# Messages.
PARCEL_LIMIT = 60_000
"""Bytes. Small enough that several fit into a Unix socket's usual buffer of 208 KiB."""

PROCESS = 0x50  # JSON: a process reports for the first time
LANE = 0x4C  # JSON: a lane begins, or has a new name
OBJECT = 0x4F  # JSON: something events refer to is made: a lock
EVENTS = 0x45  # EVENTS_HEAD, then pairs of int64 in native order
TEXT = 0x54  # TEXT_HEAD, then UTF-8 (surrogates passed): what the lane wrote, in its order
CLOSED = 0x43  # JSON: a lane ends, with the number of events it emitted
NOTICE = 0x4E  # JSON: something the user should know, such as a probe that switched itself off
LEAVING = 0x58  # JSON: a process ends by its own doing, and how
ENDED = 0x57  # JSON: a process learned how a child of its own ended

MESSAGE_HEAD = struct.Struct("=BI")
"""type, length of the body in bytes."""
EVENTS_HEAD = struct.Struct("=IIQ")
"""pid, lane, number of events this lane emitted before the first one here."""
TEXT_HEAD = struct.Struct("=II")
"""pid, lane."""


def message(message_type: int, body: bytes) -> bytes:
    """A message as it stands in a parcel."""
    return MESSAGE_HEAD.pack(message_type, len(body)) + body
