"""What the program writes: a shared thing. What one call of `print` writes is one step."""

from __future__ import annotations

import builtins
import io
import sys

from paraviz.schedule.inside.engine import running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

KEPT_CHARACTERS = 1 << 20
"""What is kept of one execution's output."""
_real_print = builtins.print


class Stream(io.TextIOBase):
    """The program's standard output, or error."""

    _is_one_call = True
    _schedule_site: Any = None
    encoding = "utf-8"
    errors = "strict"
    line_buffering = True

    def __init__(self, name: str) -> None:
        self.name = name
        self.parts: list[str] = []
        self._schedule_name = name
        self._count = 0
        self.about_to_write: dict[int, str] = {}
        """What each worker is about to write."""

    def write(self, text: str) -> int:
        """One step, if it writes anything."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        engine = running()
        if engine is not None and not engine.is_over and text:
            shown = text if len(text) < 60 else text[:57] + "..."
            if engine.running is not None:
                self.about_to_write[engine.running.number] = text
            engine.stop(("W", self, None, f"write {shown!r}"))
        if self._count < KEPT_CHARACTERS:
            self.parts.append(text)
            self._count += len(text)
        return len(text)

    def clear(self) -> None:
        """Forget the execution before."""
        self.parts.clear()
        self._count = 0

    def flush(self) -> None:
        """Nothing is held back."""

    def writable(self) -> bool:
        """Yes."""
        return True

    def isatty(self) -> bool:
        """No."""
        return False

    def fileno(self) -> int:
        """It has none."""
        raise io.UnsupportedOperation("fileno")

    def close(self) -> None:
        """It stays open."""

    def reconfigure(self, **_how: object) -> None:
        """As it is."""

    def text(self) -> str:
        """All of it."""
        return "".join(self.parts)

    @property
    def buffer(self) -> Any:
        """For bytes."""
        return _Bytes(self)


class _Bytes:
    """The binary side of a stream."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream

    def write(self, data: bytes) -> int:
        self.stream.write(bytes(data).decode("utf-8", "replace"))
        return len(data)

    def flush(self) -> None:
        pass


OUT, ERRORS = Stream("stdout"), Stream("stderr")


def _print(
    *values: object,
    sep: str | None = " ",
    end: str | None = "\n",
    file: Any = None,
    flush: bool = False,
) -> None:
    stream = sys.stdout if file is None else file
    if not isinstance(stream, Stream):
        _real_print(*values, sep=sep, end=end, file=file, flush=flush)
        return
    between = " " if sep is None else sep
    stream.write(between.join(map(str, values)) + ("\n" if end is None else end))


def install() -> None:
    """Once, before the program is loaded."""
    builtins.print = _print
