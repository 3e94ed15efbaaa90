"""What the program says: its streams, its log, its own marks."""

from __future__ import annotations

from paraviz.observe.probes.output import logs, marks, stdio, tracebacks

FAMILIES = (
    stdio,
    logs,
    marks,
    tracebacks,
)
