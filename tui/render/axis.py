"""The ruler and the legend as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.text.translation import N_, _
from paraviz.trace import State

from .doing import state_verb
from .glyphs import STATE_GLYPHS, STATE_TONES
from .inks import CURSOR, FAINT, FLAG, PLAIN, QUIET, Ink, Piece, Row
from .ruler import Ruler
from .times import time_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .view import TraceView
    from .viewport import Viewport

_WORDS = {
    State.RUNNING: N_("runs"),
    State.WAITING_CPU: N_("waits for a CPU"),
    State.WAITING_GIL: N_("waits for the GIL"),
    State.WAITING_LOCK: N_("waits for a lock"),
    State.BLOCKED: N_("blocked"),
}


def ruler_row(
    ruler: Ruler,
    viewport: Viewport,
    columns: int,
    cursor_ns: int | None,
    signs: Iterable[tuple[int, Piece]] = (),
) -> Row:
    """Marks and labels, signs at their moments over them; the cursor's flag with its time over
    all."""
    cells: list[str] = [" "] * columns
    quiet = [FAINT] * columns
    for tick in ruler.ticks:
        cells[tick.column] = "╷"
        for place, character in enumerate(tick.label, tick.column + 1):
            if tick.column + 1 + len(tick.label) <= columns:
                cells[place] = character
                quiet[place] = QUIET
    for at_ns, sign in signs:
        if viewport.shows(at_ns):
            column = viewport.column(at_ns, columns)
            cells[column], quiet[column] = sign
    if cursor_ns is not None and viewport.shows(cursor_ns):
        _raise_flag(cells, quiet, viewport.column(cursor_ns, columns), ruler.flag(cursor_ns))
    return _joined(cells, quiet)


def _raise_flag(cells: list[str], inks: list[Ink], column: int, text: str) -> None:
    """Write the flag beside its column, on the side where it fits; cut labels vanish whole."""
    flag = f" {text} "
    start = column if column + len(flag) <= len(cells) else max(column + 1 - len(flag), 0)
    stop = min(start + len(flag), len(cells))
    _clear_beside(cells, inks, start, stop)
    for place in range(start, stop):
        cells[place], inks[place] = flag[place - start], FLAG


def _clear_beside(cells: list[str], inks: list[Ink], start: int, stop: int) -> None:
    """Blank what is left of labels that [start, stop) cuts."""
    for direction, place in ((-1, start - 1), (1, stop)):
        while 0 <= place < len(cells) and cells[place] != "╷" and inks[place] is QUIET:
            cells[place], inks[place] = " ", FAINT
            place += direction


def _joined(cells: list[str], inks: list[Ink]) -> Row:
    row: list[Piece] = []
    for cell, ink in zip(cells, inks, strict=True):
        if row and row[-1][1] == ink:
            row[-1] = (row[-1][0] + cell, ink)
        else:
            row.append((cell, ink))
    return row


def legend_row(view: TraceView, columns: int, *, large: bool = False) -> Row:
    """The glyphs of the states that occur, with their meaning; in one word where room is short."""
    seen = [(state, _(words)) for state, words in _WORDS.items() if state in view.states_seen]
    if view.trace.is_steered:
        turn = State.WAITING_CPU
        seen = [
            (state, state_verb(view.trace, turn) if state is turn else words)
            for state, words in seen
        ]
    short = [(state, words.split()[-1]) for state, words in seen]
    sizes = [(4, 3, seen), (4, 3, short)] if large else []
    sizes += [(2, 3, seen), (2, 3, short), (2, 1, short), (1, 1, short)]
    for cells, gap, told in sizes:
        if sum(cells + 1 + len(words) + gap for _, words in told) - gap <= columns:
            break
    words_ink = Ink("text", mood="bold") if large else QUIET
    row: Row = []
    for state, words in told:
        tone = STATE_TONES[state] or "text"
        row += [(STATE_GLYPHS[state] * cells, Ink(tone)), (f" {words}" + " " * gap, words_ink)]
    return row


def legend_below(row: Row) -> Row:
    """The second row of a legend: its patterns once more."""
    glyphs = set(STATE_GLYPHS.values())
    return [
        piece if piece[0][:1] in glyphs - {" "} else (" " * len(piece[0]), PLAIN) for piece in row
    ]


def span_row(ruler: Ruler, viewport: Viewport, columns: int, start_ns: int, end_ns: int) -> Row:
    """The ruler with the extent and the length of a selected stretch laid over it."""
    cells = [
        (cell, ink) for text, ink in ruler_row(ruler, viewport, columns, None) for cell in text
    ]
    first = min(max(viewport.column(start_ns, columns), 0), columns - 1)
    last = min(max(viewport.column(end_ns - 1, columns), first), columns - 1)
    width = last - first + 1
    line = "┃" if width == 1 else "┣" + "━" * (width - 2) + "┫"
    text = f" {time_text(end_ns - start_ns)} "
    if len(text) + 2 <= width:
        start = (width - len(text)) // 2
        line = line[:start] + text + line[start + len(text) :]
    shown = [cell for cell, _ in cells]
    inks = [ink for _, ink in cells]
    shown[first : last + 1] = line
    inks[first : last + 1] = [CURSOR] * width
    _clear_beside(shown, inks, first, last + 1)
    return _joined(shown, inks)
