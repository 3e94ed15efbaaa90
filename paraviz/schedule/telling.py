"""An exploration in words, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.schedule.machine import error_of, place_of
from paraviz.text.translation import N_, _, localized, ngettext

if TYPE_CHECKING:
    from paraviz.schedule.result import Confirmed, Exploration, Outcome

_SHOWN_OUTCOMES = 24
_SHOWN_CHARACTERS = 300


def as_text(exploration: Exploration, name: str) -> str:
    """For people."""
    lines = [headline(exploration, name)]
    for outcome in exploration.outcomes[:_SHOWN_OUTCOMES]:
        lines += ["", *_outcome_lines(outcome)]
    more = len(exploration.outcomes) - _SHOWN_OUTCOMES
    if more > 0:
        words = ngettext("{count:,} further outcome", "{count:,} further outcomes", more)
        lines += ["", f"… {words.format(count=more)}"]
    notes = _notes(exploration)
    return "\n".join([*lines, *([""] if notes else []), *notes])


def headline(exploration: Exploration, name: str) -> str:
    """How many outcomes, of how many schedules."""
    outcomes, schedules = len(exploration.outcomes), exploration.schedules
    what = ngettext("{count:,} outcome", "{count:,} outcomes", outcomes).format(count=outcomes)
    tried = ngettext("{count:,} schedule", "{count:,} schedules", schedules)
    words = _("{name}: {outcomes}; {schedules} tried in {seconds} s, {all}")
    whether = _("all there are") if exploration.exhausted else _("not all there are")
    seconds = localized(f"{exploration.seconds:.1f}")
    return words.format(
        name=name,
        outcomes=what,
        schedules=tried.format(count=schedules),
        seconds=seconds,
        all=whether,
    )


def _outcome_lines(outcome: Outcome) -> list[str]:
    mark = "✗" if outcome.is_fault else "?" if outcome.is_wrong else "✓"
    kinds = {
        "ok": _("ends"),
        "exception": _("an exception"),
        "deadlock": _("a deadlock"),
        "stuck": _("it gets stuck"),
    }
    head = kinds[outcome.kind]
    if outcome.kind == "ok" and outcome.exit_code:
        head = _("exit code {code}").format(code=outcome.exit_code)
    counted = ngettext("in {count:,} schedule", "in {count:,} schedules", outcome.schedules)
    turns = ngettext("{count:,} switch", "{count:,} switches", outcome.switches)
    gil = {
        True: _("possible under the GIL"),
        False: _("only without a GIL"),
        None: _("under the GIL: not known"),
    }[outcome.under_gil]
    told = [head, counted.format(count=outcome.schedules), turns.format(count=outcome.switches)]
    lines = [f"{mark} {' · '.join([*told, gil])}"]
    lines += [f"    {line}" for line in what_is_wrong(outcome)]
    if outcome.late is not None:
        words = _("only if a sleep of {length} is too short for what others do meanwhile{at}")
        at = f" ({outcome.late[1]})" if outcome.late[1] else ""
        length = localized(f"{outcome.late[0]:g} s")
        lines.append(f"    {words.format(length=length, at=at)}")
    if outcome.confirmed is not None:
        lines.append(f"    {_confirmed(outcome.confirmed)}")
    text = outcome.output
    if text:
        shown = text if len(text) <= _SHOWN_CHARACTERS else text[:_SHOWN_CHARACTERS] + " …"
        lines += [f"    │ {line}" for line in shown.splitlines()]
    if outcome.schedule:
        lines.append(f"    --schedule {outcome.schedule}")
    return lines


_WHATS = (
    N_("wait: take again"),
    N_("wait for all tasks of"),
    N_("wait for descriptors"),
    N_("wait for"),
    N_("wait on"),
    N_("get from"),
    N_("put to"),
    N_("take"),
    N_("join"),
    N_("waits outside of what is controlled"),
)
"""How what a worker waits for begins, the longer ones first."""


def _what(label: str) -> str:
    """What a worker was about to do, in the current language."""
    for each in _WHATS:
        if label.startswith(each):
            return _(each) + label[len(each) :]
    return label


def what_is_wrong(outcome: Outcome) -> list[str]:
    """A line for each exception and each worker that waits."""
    lines = []
    for raised in outcome.raised:
        words = _("{worker}: {error}{at}")
        lines.append(
            words.format(worker=raised.worker, error=error_of(raised), at=place_of(raised))
        )
    for blocked in outcome.blocked:
        what = f"{_what(blocked.what)} {blocked.name}".strip()
        words = _("{worker} waits: {what}{at}")
        if blocked.holder:
            words = _("{worker} waits for {holder}: {what}{at}")
        lines.append(
            words.format(
                worker=blocked.worker or _("a worker"),
                what=what,
                holder=blocked.holder,
                at=place_of(blocked),
            )
        )
    return lines


def _confirmed(confirmed: Confirmed) -> str:
    """What real runs showed of it."""
    seen, runs = confirmed.seen, confirmed.runs
    if not seen:
        words = ngettext("not seen in {count:,} real run", "not seen in {count:,} real runs", runs)
        return words.format(count=runs)
    words = ngettext(
        "seen in {seen:,} of {count:,} real run", "seen in {seen:,} of {count:,} real runs", runs
    )
    return words.format(seen=seen, count=runs)


def _notes(exploration: Exploration) -> list[str]:
    """What limits what was said."""
    notes = []
    if not exploration.schedules:
        notes.append(_("No execution came to its end in that time."))
    elif not exploration.exhausted:
        once = exploration.seen_once
        words = ngettext(
            "Not all schedules were tried ({search}): {count:,} outcome came up once only; of as "
            "many further schedules about so many would give a new one (Good and Turing).",
            "Not all schedules were tried ({search}): {count:,} outcomes came up once only; of as "
            "many further schedules about so many would give a new one (Good and Turing).",
            once,
        )
        notes.append(words.format(search=exploration.search, count=once))
    if exploration.parted:
        words = _(
            "Two executions of one schedule differed at step {step}: something else than the order "
            "of steps decides what this program does."
        )
        notes.append(words.format(step=exploration.parted))
    if exploration.too_long:
        words = ngettext(
            "{count:,} execution took too many steps and was given up.",
            "{count:,} executions took too many steps and were given up.",
            exploration.too_long,
        )
        notes.append(words.format(count=exploration.too_long))
    if exploration.many_rounds:
        words = _("Who waits by going round comes after the others from some round on: {places}")
        notes.append(words.format(places=", ".join(exploration.many_rounds)))
    if exploration.uncontrolled:
        words = _("Not under control: {what}")
        notes.append(words.format(what=", ".join(exploration.uncontrolled)))
    if exploration.unexplained_runs:
        words = ngettext(
            "{count:,} real run ended in a way that exploring did not find.",
            "{count:,} real runs ended in ways that exploring did not find.",
            exploration.unexplained_runs,
        )
        notes.append(words.format(count=exploration.unexplained_runs))
    if exploration.was_stopped:
        notes.append(_("It was called off."))
    return notes
