"""Tracebacks and stacks that a program prints have no frame of ours.

A probe that an exception passes through, such as the one of a lock in which Ctrl-C met a worker, is
in its traceback. What `traceback` is asked to show, by whomever, goes through the functions that
walk along frames: those pass ours over. What the interpreter reports by itself is cleaned where it
can be: see `frames`.
"""

from __future__ import annotations

import functools

from paraviz.observe.frames import hide_from_excepthook, is_ours
from paraviz.observe.kin import COPIES, watch_all
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType
    from typing import Any

    from paraviz.observe.recorder import Recorder


def install(recorder: Recorder) -> None:
    """Wait for the program to import `traceback`, and for a child to run `spawn`."""
    wait_for = recorder.after_import.when_imported
    wait_for("traceback", _watch_walking)
    watch_all(recorder.after_import, "spawn", _watch_children, COPIES)


@needs(
    "traceback.TracebackException.__init__: _walk_tb_with_full_positions",
    "traceback.extract_stack: walk_stack",
    "traceback.walk_tb(tb)",
)
def _watch_walking(module: ModuleType) -> None:
    for name in ("walk_tb", "_walk_tb_with_full_positions", "walk_stack"):
        setattr(module, name, _passing_over(getattr(module, name)))


def _passing_over(walk: Any) -> Any:
    @functools.wraps(walk)
    def walk_others(start: Any) -> Any:
        # Without a start it counts the frames above itself.
        return walk(start) if start is None else _others(walk(start))

    return walk_others


def _others(walked: Iterator[tuple[Any, Any]]) -> Iterator[tuple[Any, Any]]:
    for frame, where in walked:
        if not is_ours(frame.f_code.co_filename):
            yield frame, where


@needs("multiprocessing.spawn._main")
def _watch_children(module: Any) -> None:
    """What ends a child before it is at its own work is reported by the interpreter."""
    main = module._main

    @functools.wraps(main)
    def _main(*args: Any, **kwargs: Any) -> Any:
        try:
            return main(*args, **kwargs)
        except (Exception, KeyboardInterrupt):
            hide_from_excepthook()
            raise

    module._main = _main
