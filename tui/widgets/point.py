"""The first sentence under the lanes: the point of the run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.reactive import reactive

from paraviz.text import language
from paraviz.text.translation import _

from ..render.inks import QUIET, Row
from ..render.point import point_rows
from .rows import Rows

if TYPE_CHECKING:
    from paraviz.analysis.point import Point

    from ..render.view import TraceView


class PointLine(Rows):
    """Tells the point in as many rows as it takes; a run that goes on has none yet."""

    view: reactive[TraceView | None] = reactive(None)
    point: reactive[Point | None] = reactive(None)
    judged: reactive[bool] = reactive(False)

    def drawn_for(self) -> object:
        """What the rows show."""
        live = self.view is None or self.view.trace.live
        return self.point, self.judged, live, language.current()

    def row(self, y: int) -> Row:
        """A row of it."""
        if self.point is not None:
            rows = point_rows(self.point, self.size.width)
            return rows[y] if y < len(rows) else []
        if y or self.judged or self.view is None or self.view.trace.live:
            return []
        return [("   " + _("looking for what this run shows …"), QUIET)]
