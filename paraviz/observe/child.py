"""Carrying the recorder into processes that are started afresh: spawn's children, and the server
that forkserver forks its children from."""

from __future__ import annotations

import atexit
import os

from paraviz.observe.kin import COPIES, PARTS
from paraviz.observe.lifeline import Lifeline
from paraviz.observe.recorder import Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_BEGIN = (
    "import _signal as g; k = g.pthread_sigmask(g.SIG_BLOCK, [g.SIGINT]); "
    "from importlib.util import module_from_spec, spec_from_file_location as s; "
    "s = s('paraviz_child', {host!r}); m = module_from_spec(s); s.loader.exec_module(m); "
    "m.begin_child({fd}, {lifeline}, {every_s}, {serves}, {follows}); "
    "g.pthread_sigmask(g.SIG_SETMASK, k); del g, k, s, m, module_from_spec; "
)
"""Ctrl-C meets the child before or after it, and never a line of ours."""

SPAWNED, SERVER, HELPER, STRANGER = range(4)
"""Who is started afresh: a child; the server that children are forked from; what the library runs
for itself; anything else."""
_STARTED_BY = {
    "popen_spawn_posix": SPAWNED,
    "forkserver": SERVER,
    "resource_tracker": HELPER,
    "semaphore_tracker": HELPER,
}
_CODE = {"spawn": SPAWNED, "forkserver": SERVER}


def who_starts(module: str, arguments: Sequence[str]) -> int:
    """Who is started by a command line that a module of this name hands over. The line itself is
    asked only where the module is not known: its words change from one Python to the next."""
    package, _, name = module.rpartition(".")
    if package in PARTS and name in _STARTED_BY:
        return _STARTED_BY[name]
    code = _code(arguments)
    text = arguments[code] if code else ""
    return next(
        (
            who
            for name, who in _CODE.items()
            if any(f"from {package}.{name} import" in text for package in COPIES)
        ),
        STRANGER,
    )


def command_line(
    arguments: Sequence[str],
    descriptors: Sequence[int],
    every_s: float,
    *,
    serves: bool,
    follows: bool = False,
) -> list[str] | None:
    """A child's command line with the recorder in it, or None where there is no place for it.

    `descriptors`: where it reports to, then the lifeline if there is one. `serves`,
    `follows`: as in `begin`.
    """
    at = _code(arguments)
    if not at:
        return None
    fd, lifeline = (*descriptors, -1)[:2]
    host = os.path.join(os.path.dirname(os.path.abspath(__file__)), "host.py")
    order = {"fd": fd, "lifeline": lifeline, "every_s": every_s}
    result = list(arguments)
    result[at] = _BEGIN.format(host=host, serves=serves, follows=follows, **order) + result[at]
    return result


def _code(arguments: Sequence[str]) -> int:
    """Where the code stands that Python is to run by `-c`; 0 for nowhere. What follows belongs to
    the program."""
    for at, argument in enumerate(arguments[:-1]):
        if argument == "-c":
            return at + 1
    return 0


def begin(descriptor: int, lifeline: int, every_s: float, serves: bool, follows: bool) -> None:
    """In the child: observe from here on; a server itself is of no interest, its children are.

    `lifeline`: -1 for none. `follows`: whether programs of Python that it starts are observed.
    """
    held = Lifeline(lifeline) if lifeline >= 0 else None
    recorder = Recorder(descriptor, every_s, held)
    recorder.follow = follows
    atexit.register(lambda: recorder.finish(recorder.here.lane.reason or "returned"))
    from paraviz.observe import probes

    probes.install(recorder)
    recorder.is_served = serves
    if not serves:
        recorder.start()
