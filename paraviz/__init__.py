"""paraviz: see who ran when, and why the others waited.

A program may name its own moments and stretches, which then show in its lanes:

    import paraviz

    with paraviz.span("load"):
        data = load()
    paraviz.mark("ready")

Nothing happens where the program is not observed. Importing this package costs nothing worth
naming: what needs NumPy, Textual or the command line is imported where it is used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import Protocol

    class _Observer(Protocol):
        """Who wants to know; see `paraviz.observe.probes.output.marks`."""

        def mark(self, text: str) -> None: ...
        def begin(self, text: str) -> None: ...
        def end(self, text: str) -> None: ...


__all__ = ["__version__", "mark", "span"]
__version__ = "0.1.0"

_observer: _Observer | None = None
"""Set inside an observed program."""


def mark(text: str) -> None:
    """Mark this moment in the lane of the current thread. Better few texts often than many once:
    the same text costs less, and past 20,000 different ones they are no longer told apart."""
    if _observer is not None:
        _observer.mark(text)


class span:
    """A stretch of the current thread's lane: `with span("load"): …`. May be nested, and used
    again."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Call it `text`."""
        self._text = text

    def __enter__(self) -> None:
        if _observer is not None:
            _observer.begin(self._text)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if _observer is not None:
            _observer.end(self._text)
