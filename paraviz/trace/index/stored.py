"""The index of a trace: as its recording holds it, else made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.trace.index.state_index import StateIndex

if TYPE_CHECKING:
    from paraviz.trace.model import Trace


def index_of(trace: Trace) -> StateIndex:
    """The index of a trace's lanes. One that is stored and does not fit them is not used."""
    if trace.stored_index is not None:
        try:
            return StateIndex.from_columns(trace.lanes, trace.stored_index)
        except ValueError:
            pass
    return StateIndex(trace.lanes)
