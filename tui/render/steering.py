"""What is shown of a program that is steered: its workers, what they share, whose turn it is."""

from __future__ import annotations

from pathlib import PurePath
from typing import TYPE_CHECKING

from paraviz.schedule.telling import what_is_wrong
from paraviz.steering.words import next_words, why_not
from paraviz.text.translation import _, ngettext

from .characters import one_cell
from .inks import CURSOR, PLAIN, QUIET, Ink, Row, cut, name_ink, row_text, shortened, worded

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.schedule.result import Outcome
    from paraviz.steering.state import Frame, Shared, State, Worker

_CHANGED = Ink("key", mood="bold")
_NAMES_MOST = 18
_PLACE_LEAST = 24
"""Columns that a worker's words have at least where its place is shown."""
MOVED = "●"
"""Before the name of the worker that took the last step."""


def head_row(title: str, state: State | None, ahead: int, columns: int) -> Row:
    """What is steered, how far it is, and how it ended."""
    row: Row = [(f" {title}", Ink("text", "panel", "bold"))]
    quiet = QUIET._replace(back="panel")
    if state is None:
        row.append((" · " + _("it begins …"), quiet))
    else:
        steps = ngettext("{count:,} step", "{count:,} steps", state.step).format(count=state.step)
        row.append((f" · {steps}", quiet))
        if ahead:
            row.append((" · " + _("{count:,} ahead").format(count=ahead), quiet))
        if state.outcome is not None:
            row += [(" · ", quiet), outcome_piece(state.outcome, "panel")]
        if state.uncontrolled and state.outcome is None:
            words = _("not under control: {what}").format(what=state.uncontrolled[0])
            row.append((f" · {words}", quiet))
    row = cut(row, columns)
    return [*row, (" " * (columns - len(row_text(row))), quiet)]


def outcome_piece(outcome: Outcome, back: str = "") -> tuple[str, Ink]:
    """How it ended, in a word or two."""
    words = {
        "ok": _("ends"),
        "exception": _("an exception"),
        "deadlock": _("a deadlock"),
        "stuck": _("it gets stuck"),
    }[outcome.kind]
    if outcome.kind == "ok" and outcome.exit_code:
        words = _("exit code {code}").format(code=outcome.exit_code)
    ink = Ink("error" if outcome.is_fault else "good", back, "bold")
    return f"{'✗' if outcome.is_fault else '✓'} {words}", ink


def worker_row(
    worker: Worker, place: int, names: int, columns: int, *, chosen: bool, moved: bool
) -> Row:
    """A worker: its key, its name, what it would do next, why it cannot, where. `names`: cells of
    the names."""
    key = str(place + 1) if place < 9 else " "
    able = worker.enabled
    name = shortened(one_cell(worker.name), names).ljust(names)
    row: Row = [
        (" ▶" if chosen else "  ", CURSOR),
        (key, Ink("key", mood="bold") if able else QUIET),
        (f" {MOVED} " if moved else "   ", Ink("cursor")),
        (name, name_ink(worker.number) if able else QUIET),
        ("  ", PLAIN),
    ]
    words = one_cell(next_words(worker).told)
    row.append((words, PLAIN if able else QUIET))
    why = one_cell(why_not(worker).told)
    if not able and not worker.finished and why:
        row.append((f" — {why}", QUIET))
    where = f"{one_cell(PurePath(worker.file).name)}:{worker.line}" if worker.line else ""
    room = columns - len(row_text(row)) - len(where) - 2
    if where and room > 0:
        row += [(" " * room, PLAIN), (where, QUIET)]
    row = cut(row, columns - 1)
    if not chosen:
        return row
    rest = " " * (columns - len(row_text(row)))
    return [(text, ink._replace(back="panel")) for text, ink in [*row, (rest, PLAIN)]]


def names_cells(workers: Sequence[Worker]) -> int:
    """Cells of their names."""
    return min(max((len(one_cell(each.name)) for each in workers), default=0), _NAMES_MOST)


def value_rows(values: Sequence[Shared], columns: int) -> list[Row]:
    """What workers share, what just changed marked."""
    names = min(max((len(each.name) for each in values), default=0), max(columns // 2 - 4, 4))
    rows: list[Row] = []
    for each in values:
        name = shortened(one_cell(each.name), names).ljust(names)
        ink = _CHANGED if each.changed else PLAIN
        row: Row = [
            (" ◂ " if each.changed else "   ", _CHANGED),
            (name, ink if each.changed else QUIET),
            (" ", PLAIN),
            (one_cell(_state_told(each)), ink),
        ]
        if each.before:
            row.append((" ← " + one_cell(each.before), QUIET))
        rows.append(cut(row, columns))
    return rows


def _state_told(shared: Shared) -> str:
    """A value as it is; how it is with a lock in the current language."""
    text = shared.text
    if shared.type in ("Lock", "RLock", "Condition"):
        if text.startswith("held"):
            # By whom, behind two words.
            return _("held by {name}").format(name=text.split(" ", 2)[2])
        if text == "free":
            return _("free")
    if shared.type == "Event":
        return _("set") if text == "set" else _("not set")
    return text


def frame_rows(frames: Sequence[Frame], columns: int) -> list[Row]:
    """The functions that a worker is in, and their variables."""
    rows: list[Row] = []
    for frame in frames:
        place = f"{one_cell(PurePath(frame.file).name)}:{frame.line}"
        head: Row = [
            (f" {one_cell(frame.function)}", Ink("text", mood="bold")),
            (f"  {place}", QUIET),
        ]
        rows.append(cut(head, columns))
        for name, text in frame.locals.items():
            row: Row = [(f"   {one_cell(name)} ", QUIET), (one_cell(text), PLAIN)]
            rows.append(cut(row, columns))
    return rows


def turn_rows(state: State | None, chosen: Worker | None) -> tuple[Row, Row]:
    """What was done last and by whom; who is chosen and what it would do, or what is wrong."""
    if state is None:
        return [], []
    did: Row = [(_("nothing was done yet"), QUIET)]
    if state.did is not None:
        did = worded(
            _("{name} did: {what}"),
            PLAIN,
            name=(one_cell(state.did.name), name_ink(state.did.number)),
            what=(one_cell(next_words(state.did).told), PLAIN),
        )
    return did, _next(state, chosen)


def _next(state: State, chosen: Worker | None) -> Row:
    if state.outcome is not None:
        wrong = [one_cell(line) for line in what_is_wrong(state.outcome)]
        # Who only waits for the others' ends tells least.
        wrong.sort(key=lambda line: line.startswith("MainThread"))
        piece = outcome_piece(state.outcome)
        return [piece, (" · " + " · ".join(wrong), PLAIN)] if wrong else [piece]
    if chosen is None:
        return []
    name = (one_cell(chosen.name), name_ink(chosen.number))
    what = (one_cell(next_words(chosen).told), PLAIN)
    if chosen.finished:
        return worded(_("{name} has ended"), QUIET, name=name)
    if not chosen.enabled:
        why = (one_cell(why_not(chosen).told), PLAIN)
        words = _("{name} cannot go on: {what} — {why}")
        return worded(words, QUIET, name=name, what=what, why=why)
    return worded(_("{name} is next: {what}"), PLAIN, name=name, what=what)
