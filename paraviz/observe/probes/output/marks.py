"""Marks: the moments and stretches that the program names itself, `paraviz.mark` and `.span`."""

from __future__ import annotations

import paraviz
from paraviz import events as ev

TYPE_CHECKING = False
if TYPE_CHECKING:
    from paraviz.observe.recorder import Recorder


def install(recorder: Recorder) -> None:
    """Tell the package whom to tell."""
    paraviz._observer = Marks(recorder)


class Marks:
    """Reports them, whatever the program gives for a text."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = recorder
        self._here, self._site = recorder.here, recorder.site

    def mark(self, text: object) -> None:
        """A moment."""
        self._here.emit(ev.word(ev.MARK, self._number("mark", text)) | self._site(2))

    def begin(self, text: object) -> None:
        """The begin of a stretch."""
        self._here.emit(ev.word(ev.SPAN_BEGIN, self._number("span", text)) | self._site(2))

    def end(self, text: object) -> None:
        """The end of a stretch."""
        self._here.emit(ev.word(ev.SPAN_END, self._number("span", text)) | self._site(2))

    def _number(self, kind: str, text: object) -> int:
        name = text if isinstance(text, str) else type(text).__name__
        if not name.isascii():
            # A message carries no lone surrogates.
            name = name.encode("utf-8", "replace").decode()
        return self._recorder.named(kind, name)
