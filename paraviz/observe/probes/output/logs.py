"""Logging: what each worker logs, at the moment a logger hands it to its handlers.

Nothing of ours stands on the stack while handlers work: `logging` shows that stack when a message
cannot be formatted. So the text is made here, from what can be shown without running a line of the
program: arguments of the interpreter's own types. Of another argument its type is shown.
"""

from __future__ import annotations

import functools
from time import perf_counter_ns as _now

from paraviz import events as ev
from paraviz.observe.frames import frame_at
from paraviz.observe.targets import needs

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any

    from paraviz.observe.recorder import Recorder

_LEAVES = frozenset((int, float, complex, bool, bytes, str, type(None), range))
_LEAVES_OF = frozenset(
    ("datetime", "decimal", "fractions", "ipaddress", "numpy", "pathlib", "pathlib._local", "uuid")
)
"""Modules whose instances are shown as they are: their `str` is not the program's."""
_LISTS: tuple[type, ...] = (tuple, list, set, frozenset)
_ITEMS = 100
"""Containers of more are shown by their type: formatting them again would cost."""
_DEPTH = 4


def install(recorder: Recorder) -> None:
    """Wait for the program to import `logging`."""
    recorder.after_import.when_imported("logging", functools.partial(_watch_loggers, recorder))


@needs("logging.Logger.filter(self, record)", "logging.Logger.handle: filter callHandlers")
def _watch_loggers(recorder: Recorder, module: Any) -> None:
    """The last that a logger asks before it calls the handlers is its filters."""
    logger, record_kind = module.Logger, module.LogRecord
    here, site = recorder.here, recorder.site
    passes, handle = logger.filter, logger.handle.__code__
    word = ev.word(ev.WRITE, ev.LOG)

    @functools.wraps(passes)
    def observed_filter(self: Any, record: Any) -> Any:
        passed = passes(self, record)
        above = _frames_to(handle) if passed else 0
        if above:
            at = _now()
            try:
                text = _text(passed if isinstance(passed, record_kind) else record, record_kind)
            except Exception as error:
                recorder.notice(f"something logged is not shown: {type(error).__name__}")
                return passed
            lane = here.lane
            lane.texts.append(text)
            lane.events.extend((at, word | site(above), len(text), ev.EXTRA))
        return passed

    logger.filter = observed_filter


def _frames_to(handle: CodeType) -> int:
    """How far above our caller a logger handles a record: 1, or 2 where a class of the program's
    has a `filter` of its own; 0 where the program merely asks a filter."""
    frame: FrameType | None = frame_at(2)
    for above in (1, 2):
        if frame is None or frame.f_code is handle:
            return above if frame is not None else 0
        frame = frame.f_back
    return 0


def _text(record: Any, record_kind: Any) -> str:
    """A line for a record; its message as it would be formatted, as far as that is safe."""
    message, args = record.msg, record.args
    if type(message) is not str:
        message = str(_safe(message, 0))
    elif args and type(record).getMessage is record_kind.getMessage:
        try:
            message = message % _safe_arguments(args)
        except Exception:  # They do not fit: the handlers will say so.
            pass
    level, name = (part if type(part) is str else "?" for part in (record.levelname, record.name))
    return f"{level} {name}: {message}\n"


def _safe_arguments(args: Any) -> Any:
    if type(args) is dict:
        return {key: _safe(value, 0) for key, value in args.items()}
    return tuple(_safe(value, 0) for value in args) if type(args) is tuple else _safe(args, 0)


def _safe(value: Any, depth: int) -> Any:
    """The value, or its type's name where to show it would run the program's code or take long."""
    return value if _is_safe(value, depth) else f"<{type(value).__name__}>"


def _is_safe(value: Any, depth: int) -> bool:
    kind = type(value)
    if kind in _LEAVES or kind.__module__ in _LEAVES_OF:
        return True
    if depth == _DEPTH:
        return False
    if kind in _LISTS:
        return len(value) <= _ITEMS and all(_is_safe(item, depth + 1) for item in value)
    if kind is dict:
        pairs = value.items()
        return len(value) <= _ITEMS and all(
            _is_safe(item, depth + 1) for pair in pairs for item in pair
        )
    if kind.__module__ == "builtins" and isinstance(value, BaseException):
        return all(_is_safe(item, depth + 1) for item in value.args)
    return False
