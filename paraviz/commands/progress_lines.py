"""How far a long run has come, said on a terminal while the program runs."""

from __future__ import annotations

import contextlib
import sys
import time
from typing import TYPE_CHECKING, TextIO

from paraviz.analysis.progress import progress
from paraviz.programs.parameters import AS_IN_LECTURE
from paraviz.text.sanitizer import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paraviz.trace import Trace

EVERY_S = 2.0
"""No more often than that."""
_REST = 30
"""So many times as long as a look took there is no other: it builds the whole trace so far."""


class ProgressLines:
    """Says how far a run is each time that has changed, in a line of its own: what the program
    writes to the same terminal stays whole."""

    def __init__(self, stream: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream = stream
        self._clock = clock
        self._next = clock() + EVERY_S
        self._said = ""

    def look(self, snapshot: Callable[[], Trace]) -> None:
        """Say it, if it is time to."""
        began = self._clock()
        if began < self._next:
            return
        found = progress(snapshot())
        if found is not None and found.told != self._said:
            self._said = found.told
            with contextlib.suppress(OSError):
                print(f"paraviz: {shown(found.told)}", file=self._stream, flush=True)
        now = self._clock()
        self._next = now + max(EVERY_S, _REST * (now - began))


def progress_lines(argv: Sequence[str]) -> ProgressLines | None:
    """For a program in the lecture's own sizes, if a person reads stderr."""
    wanted = AS_IN_LECTURE in argv and sys.stderr is not None and sys.stderr.isatty()
    return ProgressLines(sys.stderr) if wanted else None
