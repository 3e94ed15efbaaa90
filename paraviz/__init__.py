"""paraviz: see who ran when, and why the others waited.

A program may name its own moments and stretches, which then show in its lanes:

    import paraviz

    with paraviz.span("load"):
        data = load()
    paraviz.mark("ready")

A program may be recorded from within, too:

    with paraviz.recording("run.pviz"):
        work()

Nothing happens where the program is not observed. Importing this package costs nothing worth
naming: what needs NumPy, Textual or the command line is imported where it is used.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from os import PathLike
    from types import TracebackType
    from typing import Any, Literal, Protocol

    from paraviz.trace import Trace

    class _Observer(Protocol):
        """Who wants to know; see `paraviz.observe.probes.output.marks`."""

        def mark(self, text: str) -> None: ...
        def begin(self, text: str) -> None: ...
        def end(self, text: str) -> None: ...


__all__ = ["__version__", "mark", "read", "recording", "span", "start", "stop"]
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


def start(path: str | PathLike[str], *, kernel: Literal["auto", "off", "require"] = "auto") -> None:
    """Record this program from now on, until `stop` or its end, in a file at `path`: its threads,
    the locks that it makes from now on, and the processes that it starts. `kernel`: whether the
    system's own record of who ran when is used. Raises RuntimeError where that cannot be."""
    from paraviz.observe.within import start as begin

    begin(path, kernel=kernel)


def stop() -> str:
    """End the recording that `start` began: every function is the original's again. Returns the
    path of the file, which `read` reads. Raises RuntimeError where none is under way."""
    from paraviz.observe.within import stop as end

    return end()


def read(path: str | PathLike[str]) -> Trace:
    """The trace in a file, of any format that paraviz opens."""
    from os import fspath

    from paraviz.formats import load

    return load(fspath(path))


def load_ipython_extension(shell: Any) -> None:
    """For `%load_ext paraviz`: from then on `%%paraviz` runs a cell as a program and shows it."""
    from paraviz.notebook.magic import register

    register(shell)


class recording:
    """`with recording("run.pviz"): …` records what is done within. Exceptions pass through."""

    __slots__ = ("_kernel", "path")

    def __init__(
        self, path: str | PathLike[str], *, kernel: Literal["auto", "off", "require"] = "auto"
    ) -> None:
        """As in `start`."""
        self.path = path
        self._kernel = kernel

    def __enter__(self) -> recording:
        start(self.path, kernel=self._kernel)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        stop()

    def trace(self) -> Trace:
        """What was recorded, once it is over."""
        return read(self.path)
