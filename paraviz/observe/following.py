"""In a Python that the program has started by itself: make everything ready, then run what it was
to run, as it would have been run."""

from __future__ import annotations

import atexit
import os
import sys
from functools import partial
from importlib.machinery import BuiltinImporter

from paraviz.observe import main
from paraviz.observe.interpreters import CODE, FILE, INPUT, MODULE, what_runs
from paraviz.observe.lifeline import Lifeline
from paraviz.observe.outlet import out_of_the_way
from paraviz.observe.recorder import Recorder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_DEDENTS = sys.version_info >= (3, 14)
"""Whether `-c` takes code that is indented."""
_SHOWS_CODE = sys.version_info >= (3, 13)
"""Whether tracebacks have the lines of what `-c` ran."""


def prepare(order: str, words: list[str]) -> Callable[[], None]:
    """Observe this process from here on; returns what runs the program. `order`, `words`: as
    `interpreters.observed_line` made them. Raises ValueError and others where that cannot be."""
    descriptor, lifeline, every_s, image, kind, at, skip, follows = order.split(":")
    place = int(at)
    what = what_runs(words)
    if what is None or (what.kind, what.at, what.skip) != (kind, place, int(skip)):
        raise ValueError("a shell has made another command of it")
    target = words[place][int(skip) :] if place < len(words) else ""
    run = _runner(kind, target)
    held = None
    if int(lifeline) >= 0:
        held = Lifeline(out_of_the_way(int(lifeline), stays_open=True, within=True))
    reports_to = out_of_the_way(int(descriptor))
    recorder = Recorder(reports_to, float(every_s), held, image=int(image))
    recorder.follow = bool(int(follows))
    atexit.register(main.finish, recorder)
    from paraviz.observe import probes

    probes.install(recorder)
    recorder.child(recorder.pid, recorder.here.lane.started_ns, name="", line="\0".join(words))
    recorder.start()
    sys.orig_argv[:] = words
    first = {CODE: "-c", MODULE: "-m"}.get(kind, target)
    sys.argv[:] = [first, *words[place + 1 :]]
    return partial(main.run_told, recorder, run)


def _runner(kind: str, target: str) -> Callable[[], None]:
    """What runs it. Raises ValueError where only the interpreter itself can."""
    if kind == CODE:
        return partial(_run_code, target)
    if kind == MODULE:
        return partial(main.run_module, target)
    if kind == INPUT:
        if os.isatty(0):
            raise ValueError("interactive")
        return _run_input
    assert kind == FILE
    if not os.path.exists(target):
        raise ValueError("no such file")
    if os.path.isdir(target) or _is_archive(target):
        return partial(_run_folder, target)
    return partial(main.run_file, target, "")


def _is_archive(path: str) -> bool:
    from zipimport import ZipImportError, zipimporter

    try:
        zipimporter(path)
    except ZipImportError:
        return False
    return True


def _run_code(code: str) -> None:
    """As `python -c code`."""
    if _DEDENTS:
        from textwrap import dedent

        code = dedent(code)
    _run_text(code, "<string>")


def _run_input() -> None:
    """As `python -`, or without anything."""
    text = sys.stdin.buffer.read()
    _run_text(text, "<stdin>")


def _run_text(text: Any, file: str) -> None:
    module = main.fresh_main()
    vars(module)["__loader__"] = BuiltinImporter
    sys.modules["__main__"] = module
    if not sys.flags.safe_path:
        sys.path.insert(0, "")
    code = compile(text, file, "exec", dont_inherit=True)
    if _SHOWS_CODE and isinstance(text, str):
        import linecache

        register: Any = getattr(linecache, "_register_code", None)
        if register is not None:
            register(code, text, file)
    exec(code, vars(module))


def _run_folder(path: str) -> None:
    """As `python path` where that has a `__main__.py`."""
    import runpy

    sys.path.insert(0, path)
    sys.modules["__main__"] = main.fresh_main()
    runpy._run_module_as_main("__main__", False)  # type: ignore[attr-defined]
