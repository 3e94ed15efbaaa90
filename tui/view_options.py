"""What of a trace a picture is to show, as the command line says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.errors import UsageError
from paraviz.text.translation import _

from .picture import View
from .render.moment import typed_time
from .render.view import labels

if TYPE_CHECKING:
    from paraviz.trace import Trace

_BETWEEN = ".."


def view_of(trace: Trace, *, stretch: str | None, at: str | None, lanes: str) -> View:
    """`stretch` is "A..B", where one of both may be left out, and `at` a time, each as one is typed
    in the app. Raises UsageError.
    """
    at_ns = None if at is None else _time(trace, at)
    between = None if stretch is None else _stretch(trace, stretch)
    words = lanes.lower().split()
    if words and not any(
        all(word in name.lower() for word in words) for name in labels(trace.lanes)
    ):
        raise UsageError(_("no worker has {words!r} in its name").format(words=lanes))
    return View(at_ns=at_ns, between_ns=between, lanes=lanes)


def _stretch(trace: Trace, text: str) -> tuple[int, int]:
    first, between, last = text.partition(_BETWEEN)
    if not between:
        words = _("--range takes A..B, such as 5ms..20ms, not {text!r}")
        raise UsageError(words.format(text=text))
    start = _time(trace, first) if first.strip() else trace.start_ns
    # With a sign the end is counted from the start.
    end = _time(trace, last, start) if last.strip() else trace.end_ns
    if start >= end:
        words = _("--range goes from one time to a later one of the run, not {text!r}")
        raise UsageError(words.format(text=text))
    return start, end


def _time(trace: Trace, text: str, now_ns: int | None = None) -> int:
    now_ns = trace.start_ns if now_ns is None else now_ns
    at_ns = typed_time(text, now_ns, trace.start_ns, trace.end_ns)
    return min(max(at_ns, trace.start_ns), trace.end_ns)
