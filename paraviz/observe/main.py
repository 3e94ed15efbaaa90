"""Running the program as `__main__`, and telling how it ended."""

from __future__ import annotations

import atexit
import os
import sys
from functools import partial

from paraviz import events as ev
from paraviz.observe.frames import hide_from_excepthook
from paraviz.observe.lifeline import Lifeline, wait
from paraviz.observe.outlet import out_of_the_way
from paraviz.observe.recorder import Recorder
from paraviz.observe.running import first_word, original_line, run_file, runner

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection

_OF_ANYBODY = (*("resource", "fcntl", "_json", "__future__", "zipimport", "marshal"),)
"""What is loaded here and has nothing that a second copy would not have."""
_kept: list[object] = []
"""What must outlive the program: the module that was `__main__` before it."""


def run(loaded: Collection[str] = ()) -> None:
    """Observe and run the program that the command line names. `loaded`: the modules that any
    program finds loaded."""
    descriptor, lifeline, every_s, follow, hold, *order = sys.argv[1:10]
    kind, target, defaults, count = order
    options, rest = sys.argv[10 : 10 + int(count)], sys.argv[10 + int(count) :]
    sys.argv[:] = [first_word(kind, target), *rest]
    sys.orig_argv[:] = original_line(options, kind, target, rest)
    wait(int(lifeline))
    held = None
    if hold:
        held = Lifeline(out_of_the_way(int(lifeline), stays_open=True, within=True))
        held.hold(os.getpid())
    else:
        os.close(int(lifeline))
    recorder = Recorder(out_of_the_way(int(descriptor)), float(every_s), held)
    recorder.follow = bool(follow)
    recorder.costs = partial(measured_costs, recorder)
    # The first to be registered is the last to be called.
    atexit.register(finish, recorder)
    from paraviz.observe import probes

    probes.install(recorder)
    recorder.here.lane.begin_account()
    recorder.here.emit_value(ev.PROGRAM_BEGIN, ev.LIMITS_TOLD)
    recorder.start()
    try:
        program = runner(kind, target, defaults)
    except ValueError:
        # It is gone since it was found: that is for the program's own traceback to say.
        program = partial(run_file, target, defaults)
    make_room(loaded)
    try:
        run_told(recorder, program)
    finally:
        recorder.here.emit(ev.PROGRAM_END)


def make_room(loaded: Collection[str]) -> None:
    """Forget those modules that only we have loaded, and that a program may have its own of."""
    for name in _OF_ANYBODY:
        if name not in loaded:
            sys.modules.pop(name, None)


def measured_costs(recorder: Recorder) -> dict[str, float]:
    """What observing costs here, once the program is over."""
    from paraviz.observe.costs import measured

    return measured(recorder)


def run_told(recorder: Recorder, program: Callable[[], None]) -> None:
    """Run the program in place of this one, and tell how it ended."""
    _kept.append(sys.modules["__main__"])
    try:
        program()
    except SystemExit as error:
        # A worker that has ended its work exits with what it told.
        recorder.here.lane.reason = recorder.here.lane.reason or _exit_reason(error)
        raise
    except BaseException as error:
        recorder.here.lane.reason = f"raised {type(error).__name__}"
        hide_from_excepthook()
        raise


def finish(recorder: Recorder) -> None:
    """At the interpreter's end."""
    recorder.finish(recorder.here.lane.reason or "returned")


def _exit_reason(error: SystemExit) -> str:
    code = 0 if error.code is None else error.code
    return f"exit {code if isinstance(code, int) else 1}"
