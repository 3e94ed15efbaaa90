"""What was found in a run that is over, in two or three words for its headline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.analysis.findings.titles import TITLES
from paraviz.analysis.findings.within import findings_within
from paraviz.text.translation import _, ngettext

if TYPE_CHECKING:
    from collections.abc import Callable

    from ..render.view import TraceView


def found_in(view: TraceView, is_cancelled: Callable[[], bool] | None = None) -> str:
    """The gravest finding of a run and how many there are; "" where there is none. It may take
    seconds; whoever leaves meanwhile calls it off."""
    found = findings_within(view.trace, view.index, is_cancelled=is_cancelled)
    if found is None:
        return "▲ " + _("findings: i looks for them")
    if not found:
        return ""
    glyph = "✗" if found[0].severity == "fault" else "▲"
    title = _(TITLES[found[0].kind])
    if len(found) == 1:
        return f"{glyph} {title}"
    words = ngettext("{title} and {count:,} more", "{title} and {count:,} more", len(found) - 1)
    return f"{glyph} {words.format(title=title, count=len(found) - 1)}"
