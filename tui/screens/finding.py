"""What was found in a run that is over: in two or three words for its headline, and its point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.analysis.costs import costs
from paraviz.analysis.figures import Material
from paraviz.analysis.findings.titles import TITLES
from paraviz.analysis.findings.within import findings_within
from paraviz.analysis.point import point
from paraviz.text.translation import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paraviz.analysis.findings import Finding
    from paraviz.analysis.point import Point

    from ..render.view import TraceView


def found_in(
    view: TraceView, is_cancelled: Callable[[], bool] | None = None
) -> tuple[str, Point | None]:
    """The gravest finding of a run and how many there are, "" where there is none; and the point of
    the run. It may take seconds; whoever leaves meanwhile calls it off."""
    trace = view.trace
    known = (view.locks, view.deadlocks) if view.whole else (None, None)
    material = Material(trace, view.edges, *known)
    found = findings_within(trace, view.index, is_cancelled=is_cancelled, material=material)
    if found is None:
        return "▲ " + _("findings: i looks for them"), None
    return _words(found), point(trace, found, costs(trace, material))


def _words(found: Sequence[Finding]) -> str:
    if not found:
        return ""
    glyph = "✗" if found[0].severity == "fault" else "▲"
    title = _(TITLES[found[0].kind])
    if len(found) == 1:
        return f"{glyph} {title}"
    words = ngettext("{title} and {count:,} more", "{title} and {count:,} more", len(found) - 1)
    return f"{glyph} {words.format(title=title, count=len(found) - 1)}"
