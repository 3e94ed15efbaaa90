"""What has arrived of one lane: records and text as they came, columns once somebody asks."""

from __future__ import annotations

import codecs
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.trace.model import Kinds, Refs, Times


def _decoder() -> codecs.IncrementalDecoder:
    return codecs.getincrementaldecoder("utf-8")("surrogatepass")


@dataclass(slots=True)
class LaneSoFar:
    """What is known of one lane; stamps are absolute."""

    pid: int
    number: int
    name: str = ""
    tid: int = 0
    is_main: bool = False
    start: int = 0
    end: int | None = None
    reason: str = ""
    emitted: int = 0
    chunks: list[bytes] = field(default_factory=list)
    decoder: codecs.IncrementalDecoder = field(default_factory=_decoder)
    pieces: list[str] = field(default_factory=list)
    columns: tuple[Times, Kinds, Refs, Times] = field(
        default_factory=lambda: (
            np.empty(0, np.int64),
            np.empty(0, np.uint8),
            np.empty(0, np.int32),
            np.empty(0, np.int64),
        )
    )

    def settle(self) -> tuple[Times, Kinds, Refs, Times]:
        """Decode what came since the last call: stamps, kinds, object numbers, values."""
        if self.chunks:
            fresh = _decoded(np.frombuffer(b"".join(self.chunks), np.int64).reshape(-1, 2))
            self.chunks.clear()
            old = self.columns
            # A signal handler's events come between the stamp and the record of what it interrupts.
            stamps = np.maximum.accumulate(np.concatenate((old[0], fresh[0])))
            self.columns = (
                stamps,
                np.concatenate((old[1], fresh[1])),
                np.concatenate((old[2], fresh[2])),
                np.concatenate((old[3], fresh[3])),
            )
        return self.columns

    def text(self) -> str:
        """All it wrote that came so far."""
        if len(self.pieces) > 1:
            self.pieces = ["".join(self.pieces)]
        return self.pieces[0] if self.pieces else ""


def _decoded(pairs: NDArray[np.int64]) -> tuple[Times, Kinds, Refs, Times]:
    """Records (int64[n, 2], see `paraviz.events`) as columns, extras folded into their event."""
    stamps, words = pairs[:, 0], pairs[:, 1]
    is_extra = words == ev.EXTRA
    values = np.zeros(len(pairs), np.int64)
    rows = np.flatnonzero(is_extra)
    values[rows - 1] = stamps[rows]
    events = ~is_extra
    words = words[events]
    return (
        stamps[events],
        (words & ev.KIND_MASK).astype(np.uint8),
        (words >> ev.KIND_BITS & ev.OBJECT_MASK).astype(np.int32),
        values[events],
    )
