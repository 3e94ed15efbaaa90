"""Carrying the recorder into processes that are started afresh: spawn's children, and the server
that forkserver forks its children from."""

from __future__ import annotations

import atexit
import os

from paraviz.observe.lifeline import Lifeline
from paraviz.observe.recorder import Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_SPAWNED = "from multiprocessing.spawn import spawn_main"
_FORK_SERVER = "from multiprocessing.forkserver import main"
_BEGIN = (
    "from importlib.util import module_from_spec, spec_from_file_location as s; "
    "s = s('paraviz_child', {host!r}); m = module_from_spec(s); s.loader.exec_module(m); "
    "m.begin_child({fd}, {lifeline}, {every_s}, {serves}); del s, m, module_from_spec; "
)


def command_line(
    arguments: Sequence[str], descriptors: Sequence[int], every_s: float
) -> list[str] | None:
    """A child's command line with the recorder in it, or None for what is not ours to touch.

    `descriptors`: where it reports to, then the lifeline if there is one.
    """
    fd, lifeline = (*descriptors, -1)[:2]
    host = os.path.join(os.path.dirname(os.path.abspath(__file__)), "host.py")
    result = list(arguments)
    for at, argument in enumerate(result[:-1]):
        code = result[at + 1]
        if argument == "-c" and code.startswith((_SPAWNED, _FORK_SERVER)):
            serves = code.startswith(_FORK_SERVER)
            numbers = {"fd": fd, "lifeline": lifeline, "every_s": every_s}
            result[at + 1] = _BEGIN.format(host=host, serves=serves, **numbers) + code
            return result
    return None


def begin(descriptor: int, lifeline: int, every_s: float, serves: bool) -> None:
    """In the child: observe from here on; a server itself is of no interest, its children are.

    `lifeline`: -1 for none.
    """
    held = Lifeline(lifeline) if lifeline >= 0 else None
    recorder = Recorder(descriptor, every_s, held)
    atexit.register(lambda: recorder.finish(recorder.here.lane.reason or "returned"))
    from paraviz.observe import probes

    probes.install(recorder)
    if not serves:
        recorder.start()
