"""The table of a trace's spans by name, as a report has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.analysis.span_table import span_table
from paraviz.text.translation import _, localized

from .charts import MOST_ROWS, rest_rows, table
from .inks import PLAIN, Row
from .times import time_text

if TYPE_CHECKING:
    from paraviz.trace import Trace


def span_rows(trace: Trace, columns: int) -> list[Row]:
    """How many spans of a name there are, how long they took, of that by themselves, and the
    longest; of a trace that has none of its own, nothing."""
    if not any(len(lane.spans) for lane in trace.lanes):
        return []
    told = span_table(trace)
    shown = told[:MOST_ROWS]
    cells = [
        (
            localized(f"{row.count:,}"),
            *(time_text(length) for length in (row.total_ns, row.self_ns, row.longest_ns)),
        )
        for row in shown
    ]
    heads = (_("count"), _("total"), _("by itself"), _("longest"))
    names = [(row.name, PLAIN) for row in shown]
    blank: Row = [(" " * columns, PLAIN)]
    return [*table(names, heads, cells, columns), *rest_rows(len(told) - len(shown)), blank]
