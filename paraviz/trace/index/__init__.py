"""The index: how much time of each state falls into each column of a view, exact at every zoom."""

from paraviz.trace.index.state_index import InColumns, StateIndex
from paraviz.trace.index.stored import index_of

__all__ = ["InColumns", "StateIndex", "index_of"]
