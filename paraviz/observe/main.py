"""Running the program as `__main__`, and telling how it ended."""

from __future__ import annotations

import atexit
import builtins
import os
import sys
from functools import partial
from importlib.machinery import SourceFileLoader
from types import ModuleType

from paraviz import events as ev
from paraviz.observe.defaults import compiled
from paraviz.observe.frames import hide_from_excepthook
from paraviz.observe.lifeline import Lifeline, wait
from paraviz.observe.outlet import out_of_the_way
from paraviz.observe.recorder import Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_kept: list[object] = []
"""What must outlive the program: the module that was `__main__` before it."""


def run() -> None:
    """Observe and run the program that the command line names."""
    descriptor, lifeline, every_s, follow, path, module, defaults = sys.argv[1:8]
    del sys.argv[:8]
    wait(int(lifeline))
    held = Lifeline(out_of_the_way(int(lifeline), stays_open=True, within=True))
    held.hold(os.getpid())
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
        if module:
            run_told(recorder, partial(run_module, module))
        else:
            run_told(recorder, partial(run_file, path, defaults))
    finally:
        recorder.here.emit(ev.PROGRAM_END)


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


def run_module(name: str) -> None:
    """As `python -m name`."""
    import runpy

    if not sys.flags.safe_path:
        sys.path.insert(0, os.getcwd())
    sys.modules["__main__"] = fresh_main()
    runpy._run_module_as_main(name)  # type: ignore[attr-defined]


def fresh_main() -> ModuleType:
    """A `__main__` that nothing has run in."""
    module = ModuleType("__main__")
    if sys.version_info < (3, 14):
        vars(module)["__annotations__"] = {}
    vars(module)["__builtins__"] = builtins
    return module


def run_file(path: str, defaults: str) -> None:
    """As `python path`."""
    if not sys.flags.safe_path:
        sys.path.insert(0, os.path.dirname(os.path.realpath(path)))
    main = fresh_main()
    file = os.path.abspath(path)
    vars(main).update(__file__=file, __loader__=SourceFileLoader("__main__", file))
    if sys.version_info < (3, 15):
        vars(main)["__cached__"] = None
    sys.modules["__main__"] = main
    exec(compiled(path, file, defaults), vars(main))
