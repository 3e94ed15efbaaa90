"""The words of a query, looked up once in all that events of a trace can refer to."""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from paraviz import events as ev
from paraviz.kernel.syscalls import syscall_name
from paraviz.trace.histories.transcript import code_points

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from paraviz.trace.model import Lane, Refs, Site, Trace
    from paraviz.trace.search.query import Word

Bools = NDArray[np.bool_]
Indices = NDArray[np.intp] | NDArray[np.int32]

_ABOUT = np.full(256, ev.NOTHING, np.uint8)
_ABOUT[list(ev.kinds_about(ev.AN_OBJECT))] = ev.AN_OBJECT
_ABOUT[list(ev.kinds_about(ev.A_LANE) + ev.kinds_about(ev.A_PROCESS))] = ev.A_LANE
_LINE = re.compile(r"(.*):([0-9]+)", re.DOTALL)
_NO_KINDS = np.zeros(256, bool)


class Sought(Struct, frozen=True, eq=False):
    """A word, and what of the trace has it."""

    lanes: Bools
    """bool[lanes]: the lanes whose label has it."""
    kinds: Bools
    """bool[256]: the kinds of events it stands for."""
    named_lanes: Bools
    """bool[lanes + 1]: the lanes whose label an event may refer to has it. The last, that of -1, is
    False, as in the next three."""
    objects: Bools
    """bool[objects + 1]: the objects whose name has it."""
    sites: Bools
    """bool[sites + 1]: the places it stands for."""
    spans: Bools
    """bool[names + objects + 1]: the numbers of `spans.span_name` whose name has it."""
    written: str
    """What is to be found in a write, folded; "" for nothing."""
    called: str
    """What is to be found in the name of a system call, folded; "" for nothing."""

    def met(self, lane: Lane, rows: Indices | None = None) -> Bools:
        """bool[n]: which of the lane's events, or of those in these rows, have it."""
        kinds = lane.kinds if rows is None else lane.kinds[rows]
        hits = self.kinds[kinds]
        if self.objects.any() or self.named_lanes.any():
            objects = lane.objects if rows is None else lane.objects[rows]
            about = _ABOUT[kinds]
            for named, what in ((self.objects, ev.AN_OBJECT), (self.named_lanes, ev.A_LANE)):
                hits |= named[np.where(about == what, objects, -1)]
        if self.sites.any():
            hits |= self.sites[lane.sites if rows is None else lane.sites[rows]]
        if self.written:
            wrote = np.zeros(len(lane.kinds), bool)
            wrote[rows_that_wrote(lane, self.written)] = True
            hits |= wrote if rows is None else wrote[rows]
        return hits

    def met_by_calls(self, numbers: Refs) -> Bools:
        """bool[n]: which of these system calls have it."""
        if not self.called:
            return np.zeros(len(numbers), bool)
        known, places = np.unique(numbers, return_inverse=True)
        return _having(self.called, map(syscall_name, known.tolist()))[places]


def soughts(trace: Trace, labels: Sequence[str], words: Sequence[Word]) -> list[Sought]:
    """The words of a query, looked up."""
    return [_sought(trace, labels, word) for word in words]


def _sought(trace: Trace, labels: Sequence[str], word: Word) -> Sought:
    wanted = folded(word.text)
    anywhere = word.field == "any"
    by_name = anywhere or word.field == "name"
    by_place = anywhere or word.field == "at"
    in_labels = _having(wanted, labels)
    if word.field == "lane":
        whole = np.array([folded(label) == wanted for label in labels], bool)
        in_labels = whole if whole.any() else in_labels
    kinds = _NO_KINDS.copy()
    kinds[list(word.kinds)] = True
    in_objects = _having(wanted, (thing.name for thing in trace.objects))
    in_spans = _having(wanted, trace.span_names)
    return Sought(
        lanes=in_labels if by_name or word.field == "lane" else np.zeros(len(labels), bool),
        kinds=kinds,
        named_lanes=_referred(in_labels, by_name),
        objects=_referred(in_objects, by_name),
        sites=_referred(_places_of(word.text, trace.sites), by_place),
        spans=_referred(np.concatenate((in_spans, in_objects)), by_name),
        written=wanted if anywhere or word.field == "text" else "",
        called=wanted if by_name else "",
    )


def _referred(hits: Bools, looked_at: bool) -> Bools:
    """With a last one for the number -1; all of it False where it is not looked at."""
    return np.append(hits & looked_at, False)


def _having(wanted: str, texts: Iterable[str]) -> Bools:
    return np.array([wanted in folded(text) for text in texts], bool)


def _places_of(text: str, sites: Sequence[Site]) -> Bools:
    """bool[n]: which places a word stands for: by a part of the function's or the file's name, of
    the whole path where the word has a /, or by file and line."""
    found = _LINE.fullmatch(text)
    whole = folded(text)
    part = folded(found[1]) if found else ""
    line = found[2] if found else ""
    hits = []
    for site in sites:
        file = folded(site.file if "/" in text else PurePath(site.file).name)
        at_line = found is not None and str(site.line) == line and part in file
        hits.append(at_line or whole in file or whole in folded(site.function))
    return np.array(hits, bool)


def rows_that_wrote(lane: Lane, wanted: str) -> Indices:
    """The rows of the writes that have a folded text, each within what it wrote itself."""
    text = folded(lane.text)
    if wanted not in text:
        return np.empty(0, np.intp)
    rows = np.flatnonzero(lane.kinds == ev.WRITE)
    ends = np.cumsum(lane.values[rows])
    places = _places_in(text, wanted)
    writes = np.searchsorted(ends, places, "right")
    inside = writes < len(rows)
    writes, places = writes[inside], places[inside]
    return rows[writes[places + len(wanted) <= ends[writes]]]


def _places_in(text: str, wanted: str) -> Indices:
    """Where a text begins in another, also where the two overlap."""
    letters, sought = code_points(text), code_points(wanted).tolist()
    places = np.flatnonzero(letters[: len(text) - len(wanted) + 1] == sought[0])
    for shift, letter in enumerate(sought[1:], 1):
        places = places[letters[places + shift] == letter]
    return places


def folded(text: str) -> str:
    """The text without a difference of case, letter by letter: what would become more letters than
    one stays as it is."""
    result = text.casefold()
    if len(result) == len(text):
        return result
    return "".join(small if len(small := each.casefold()) == 1 else each for each in text)
