"""Keeping a run that nobody asked to record: leaving it, or running it again, loses nothing."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from paraviz.text.translation import _

if TYPE_CHECKING:
    from paraviz.trace import Trace

MOST_EVENTS = 5_000_000
"""Of a run with more the user has to ask for a recording: writing it would hold up the end."""


def keep_run(trace: Trace) -> str:
    """Keep a run that is over. Returns in one line why it was not, or ""."""
    from msgspec.structs import replace

    from paraviz.formats import save
    from paraviz.user.kept_runs import make_room, place_of

    if not trace.lanes:
        return ""
    if trace.events > MOST_EVENTS:
        return _("this run is too large to be kept unasked: s saves it")
    try:
        save(replace(trace, live=False), place_of(trace.program.name, datetime.now()))
        make_room()
    except OSError as error:
        words = _("this run could not be kept: {error} · s saves it elsewhere")
        return words.format(error=error.strerror or error)
    return ""
