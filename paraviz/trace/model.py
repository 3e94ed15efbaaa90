"""The trace: what is known of a run, as immutable values over NumPy columns.

Times are nanoseconds since the trace's origin, the moment the program's first line could run; an
event before it has a negative time. Every column of a lane has one row an event, in time order.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from paraviz.trace.recent import Recent

Times = NDArray[np.int64]
Kinds = NDArray[np.uint8]
Refs = NDArray[np.int32]
SYSCALL_CAUSE = -2
"""The cause of a state that is blocked in the system call with number 0."""
LOWEST_CAUSE = SYSCALL_CAUSE - (1 << 15)
"""No cause is below; a system call's number fits 15 bits."""
MAIN_THREAD = "MainThread"
"""The name of a process's first thread."""

LaneKind = Literal["process", "thread", "task"]


class Program(Struct, frozen=True):
    """What was run."""

    name: str
    """As the user named it: `printers`, `work.py`, `-m package`."""
    argv: tuple[str, ...] = ()
    """The program's own arguments."""
    path: str = ""
    """The file that ran, or "" where that is not known."""
    source: str = ""
    """Its text, or "" where that is not known."""
    claims: tuple[str, ...] = ()
    """What a scenario is meant to show, by the names of `analysis.claims`."""


class Site(Struct, frozen=True):
    """A place in the program's source."""

    file: str
    """Its path as the interpreter has it."""
    line: int
    """From 1."""
    function: str = ""
    """The qualified name of the function around it, or "" where that is not known."""
    gives_back: bool = True
    """Whether a lock that is taken there is let go of there as well, by a `with` or in the same
    function; so it is where that is not known."""


class Fork(Struct, frozen=True):
    """How a process came to be that was forked."""

    pid: int
    """The child."""
    at_ns: int
    """When: what the parent's threads had done by then is done in the child as well."""
    by: int = -1
    """The lane of the thread that forked, the only one that the child has; -1 where that is not
    known."""


class SharedObject(Struct, frozen=True):
    """Something that events refer to: a lock, a queue, a shared array, a mark's text."""

    kind: str
    """"Lock", "RLock", "multiprocessing.Queue", …"""
    name: str
    """The variable it is bound to, or its kind and the line that made it."""
    site: int = -1
    """The row of `Trace.sites` where it was made, or -1."""
    peer: int = -1
    """The row of the other end of a connection, or -1."""
    typecode: str = ""
    """What the values of a shared memory's events are, as in `array`: for "f" and "d" they hold
    the bits of a C double. "s": the length of a text, -1 for None; "": the number of elements, of a
    whole array."""
    copy_of: int = -1
    """The row of what a fork made a copy of, which is this: one that was made before, or -1."""
    pid: int = 0
    """The process that has the copy."""


class States(Struct, frozen=True, eq=False):
    """The states of one lane: a partition of its life.

    State `i` lasts from `starts[i]` to `starts[i + 1]`, the last one to the lane's end.
    """

    starts: Times
    """int64[m], strictly increasing; `starts[0]` is the lane's start."""
    states: Kinds
    """uint8[m], values of `State`."""
    causes: Refs
    """int32[m]: the row of the lane's event that began the state; -1 where none did; from
    `SYSCALL_CAUSE` down, the system call it is blocked in: `SYSCALL_CAUSE` - its number on
    x86-64, see `kernel.syscalls`."""

    def __len__(self) -> int:
        return len(self.starts)


def no_states() -> States:
    """The states of a lane that never lived."""
    return States(np.empty(0, np.int64), np.empty(0, np.uint8), np.empty(0, np.int32))


class Spans(Struct, frozen=True, eq=False):
    """The named spans of one lane, such as the calls of functions. No two of the same depth
    overlap."""

    starts: Times
    """int64[k], not decreasing; of spans that begin together the longer one stands first."""
    ends: Times
    """int64[k]: `ends[i] >= starts[i]`."""
    depths: NDArray[np.uint16]
    """uint16[k]: how many spans are around it; of spans that do not nest, the lowest number that
    is free."""
    names: Refs
    """int32[k]: rows of `Trace.span_names`."""

    def __len__(self) -> int:
        return len(self.starts)


def no_spans() -> Spans:
    """The spans of a lane that has none."""
    none = np.empty(0, np.int64)
    return Spans(none, none, np.empty(0, np.uint16), np.empty(0, np.int32))


class Lane(Struct, frozen=True, eq=False):
    """A worker's row: a thread, or a process's main thread."""

    name: str
    """What the program calls the worker."""
    pid: int
    """The operating system's number of its process."""
    tid: int
    """The operating system's number of its thread (0 where that is not known)."""
    kind: LaneKind
    """`process` for a process's main thread, `task` for an asyncio task inside a thread."""
    start_ns: int
    """The beginning of its life."""
    end_ns: int
    """The end of its life, or of what is known of it."""
    end_reason: str
    """"" while it lives, then "returned", "exit 3", "SIGKILL", …"""
    times: Times
    """int64[n]: when."""
    kinds: Kinds
    """uint8[n]: what, see `paraviz.events`."""
    objects: Refs
    """int32[n]: row of `Trace.objects` or of `Trace.lanes`, or the stream of a write, as
    `events.kinds_about` says; -1 for none."""
    values: Times
    """int64[n]: the number of characters for a write, what else has a value as its kind says; 0
    otherwise."""
    sites: Refs
    """int32[n]: the line that caused it, as a row of `Trace.sites`; -1 where that is not known."""
    text: str
    """All it wrote, in its own order; the writes' `values` cut it into pieces."""
    emitted: int
    """How many events the worker says it emitted."""
    states: States = field(default_factory=no_states)
    """What it was doing, over its whole life."""
    spans: Spans = field(default_factory=no_spans)
    """What it was in, by name, where another tool told; `states` says whether it ran."""
    probes: bool = True
    """Whether it told of itself. Else only the system's view of it is known: it has no events."""
    helper: bool = False
    """Whether a library started it for its own ends, as `multiprocessing` its resource tracker."""
    command: str = ""
    """The command line of its process, where that is known and it has no probes."""

    @property
    def dropped(self) -> int:
        """Events emitted that never arrived."""
        return max(0, self.emitted - len(self.times))


class Counter(Struct, frozen=True, eq=False):
    """A number that changes over time."""

    name: str
    """What it counts."""
    times: Times
    """int64[n], not decreasing: when it changed."""
    values: NDArray[np.float64]
    """float64[n]: what it was from then on. It has no value before the first."""


class Cpu(Struct, frozen=True, eq=False):
    """Who was on a CPU, as far as the run's own threads go."""

    number: int
    """As the operating system counts them."""
    starts: Times
    """int64[n], sorted: when a thread came onto it."""
    ends: Times
    """int64[n]: when it left; stretches do not overlap."""
    lanes: Refs
    """int32[n]: the thread, as a row of `Trace.lanes`; -1 for one that has no lane."""


class Flows(Struct, frozen=True, eq=False):
    """What another tool says led from one lane to another: a launch to its kernel, say."""

    from_lanes: Refs
    """int32[n]: rows of `Trace.lanes`."""
    from_ns: Times
    """int64[n]: when it left."""
    to_lanes: Refs
    """int32[n]"""
    to_ns: Times
    """int64[n]: when it arrived."""

    def __len__(self) -> int:
        return len(self.from_ns)


class Stand(Struct, frozen=True):
    """Where a thread was seen that had been silent for a while: a wait that no event explains has
    its line by it."""

    lane_index: int
    """Whose."""
    at_ns: int
    """When it was seen."""
    until_ns: int
    """It did not run from `at_ns` to here, as far as its CPU clock told; `at_ns` where that is not
    known."""
    site: int = -1
    """The program's own line, as a row of `Trace.sites`, or -1."""
    function: str = ""
    """What that line had called: `Popen.wait`, `import`, `conn.recv`; "" where that is not known,
    or nothing was."""
    what: str = ""
    """"import" and "handler" for the lock of an import or of a logging handler, "child" for the end
    of a child process, "pipe" for room in a pipe that a child reads; "" for anything else."""
    thing: str = ""
    """The name of that: a module, the class of a handler, the command of a process."""
    other: int = -1
    """The lane that has that lock, or that of the child process; -1 where there is none."""
    is_stuffed: bool = False
    """Whether that process waits for room in a pipe that this one has the other end of."""


class Bookmark(Struct, frozen=True):
    """A moment that somebody wants to find again."""

    at_ns: int
    """When."""
    note: str
    """Why."""
    lane_index: int = -1
    """The lane it is about, or -1."""


STEP_NS = 1_000_000
"""What a step takes on a logical clock."""


class Trace(Struct, frozen=True, eq=False):
    """What is known of a run."""

    program: Program
    """What was run."""
    lanes: tuple[Lane, ...]
    """The workers, in the order they began, a task after its thread."""
    objects: tuple[SharedObject, ...] = ()
    """What events refer to."""
    sites: tuple[Site, ...] = ()
    """Where in the program's source."""
    forks: tuple[Fork, ...] = ()
    """The forks that made its processes; those of older recordings are not known."""
    span_names: Sequence[str] = ()
    """What the spans of its lanes are called."""
    counters: tuple[Counter, ...] = ()
    """Numbers that were recorded as such; `trace.counters` finds more in the events."""
    cpus: tuple[Cpu, ...] = ()
    """The CPUs it ran on, where the operating system's record says so."""
    flows: Flows | None = None
    """What led from lane to lane, where another tool told."""
    stored_index: Mapping[str, Times] | None = None
    """The columns of the index of its lanes' states, where it comes from a recording that has
    them; see `index.index_of`."""
    wall_ns: int = 0
    """From the origin to the program's end, or to now while it is live."""
    cpu_ns: int = 0
    """CPU time of all its processes, as the operating system accounts it; 0 while it is live."""
    context_switches: int = 0
    """As the operating system accounts them; 0 while it is live."""
    exit_code: int | None = None
    """None while it is live; negative for a signal, as in `subprocess`."""
    end_reason: str = ""
    """"" while it is live, then one sentence: "ended", "exited with 3", "killed by SIGKILL"."""
    live: bool = False
    """Whether more may come."""
    clock: Literal["monotonic", "logical"] = "monotonic"
    """What its times count."""
    truth: Literal["kernel", "inferred"] = "inferred"
    """Whether states come from the operating system's own record or from the events alone."""
    python: str = ""
    """The version of the interpreter that ran it, or "" for a foreign trace."""
    executable: str = ""
    """The file of that interpreter, or "" where it is not known."""
    executable_by: str = ""
    """Why it was that one, see `interpreter.ChosenBy`; "" for the one that ran paraviz itself."""
    gil: bool = True
    """Whether that interpreter had a GIL."""
    wakings: bool = False
    """Whether the operating system recorded when threads were woken; else that is concluded."""
    core: Literal["compiled", "python", ""] = ""
    """What reported from inside: the compiled core, or Python code, which weighs more; "" where
    that is not known."""
    switch_interval_s: float = 0.0
    """`sys.getswitchinterval()` when it ended."""
    emit_ns: float = 0.0
    """What one event cost the program, measured in it."""
    costs: tuple[tuple[str, float], ...] = ()
    """And what one cost it of each family of probes, in ns of CPU time, with the wrapper around it;
    those of older recordings are not known."""
    sent_ns: int = 0
    """CPU time for sending events, of all its processes."""
    read_ns: int = 0
    """CPU time for reading them, and the system's record, in the process that observes."""
    usable_cpus: int = 0
    """CPUs that it might use; 0 where that is not known."""
    recorded_at: str = ""
    """ISO 8601, UTC."""
    stands: tuple[Stand, ...] = ()
    """Where silent threads were seen, by lane and time."""
    recent: Sequence[Recent] = ()
    """While it is live, which part of each lane is new enough to be looked at again (see
    `trace.recent`); empty where that is all there is."""
    bookmarks: tuple[Bookmark, ...] = ()
    """Moments that a reader marked, by time."""
    notices: tuple[str, ...] = ()
    """What the user should know: a probe that switched itself off, a worker cut off."""

    @property
    def is_inferred(self) -> bool:
        """Whether what its workers did is inferred from their events. Of another tool's trace a
        notice says what its states are."""
        return self.truth == "inferred" and bool(self.python) and not self.is_steered

    @property
    def is_steered(self) -> bool:
        """Whether a schedule said who goes on: then nobody waited for a CPU or a GIL, but for its
        turn (`State.WAITING_CPU`), and the clock counts steps."""
        return self.clock == "logical"

    @property
    def steps(self) -> int:
        """How many steps a steered run had."""
        return self.wall_ns // STEP_NS

    @property
    def is_sampled(self) -> bool:
        """Whether states come from looks at what the system accounts each thread."""
        from paraviz.text.notices import POLLED

        begins = POLLED.one.partition("{")[0]
        return any(notice.startswith(begins) for notice in self.notices)

    @property
    def is_foreign(self) -> bool:
        """Whether another tool made it: then nobody knows of CPUs, of a GIL or of locks."""
        from paraviz.text.notices import BY_OTHERS

        return not self.python and any(told.english in self.notices for told in BY_OTHERS)

    @property
    def events(self) -> int:
        """The number of events that arrived."""
        return sum(len(lane.times) for lane in self.lanes)

    @property
    def dropped(self) -> int:
        """Events emitted that never arrived."""
        return sum(lane.dropped for lane in self.lanes)

    @property
    def start_ns(self) -> int:
        """The first moment any lane lived."""
        return min((lane.start_ns for lane in self.lanes), default=0)

    @property
    def end_ns(self) -> int:
        """The last moment any lane lived, or the wall's end."""
        return max([self.wall_ns, *(lane.end_ns for lane in self.lanes)])


def lane_label(lanes: Sequence[Lane], index: int) -> str:
    """What a person reads for a lane: its name, told apart from another process's of the same name
    by its pid; the main thread is `main`."""
    lane = lanes[index]
    twins = sum(other.name == lane.name for other in lanes)
    name = "main" if lane.name == MAIN_THREAD else lane.name
    return f"{name} {lane.pid}" if twins > 1 else name
