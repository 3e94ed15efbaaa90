"""Running without the app: the program keeps the terminal, its streams and its exit code."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paraviz import signals
from paraviz.safe import shown
from paraviz.words import _, localized, ngettext

if TYPE_CHECKING:
    from paraviz.program import Runnable
    from paraviz.progress_lines import ProgressLines
    from paraviz.session import Kernel, Session
    from paraviz.trace import Trace

TIMED_OUT = 124
"""As timeout(1)."""
_PUMP_S = 0.05
_PATIENCE_S = 5.0
"""How long a program that is asked to end may take before it is made to."""


def run_headless(
    runnable: Runnable,
    argv: Sequence[str],
    *,
    output: Path | None,
    time_limit_s: float | None,
    summary: bool,
    kernel: Kernel = "auto",
    python: str = "",
    follow: bool = False,
    options: Sequence[str] = (),
) -> int:
    """Run a program to its end; returns the exit code for paraviz.

    Raises ParavizError for what the user can mend.
    """
    with signals.held():
        # NumPy starts threads when it is imported: not before signals are held.
        from paraviz.formats import check_target, save
        from paraviz.progress_lines import progress_lines
        from paraviz.recent import remember
        from paraviz.session import Session

        if output is not None:
            check_target(output)
        session = Session(
            runnable,
            argv,
            stdio="inherited",
            time_limit_s=time_limit_s,
            kernel=kernel,
            python=python,
            follow=follow,
            options=options,
        )
        session.start()
        try:
            _pump_to_the_end(session, progress_lines(argv) if summary else None)
        finally:
            session.stop()
        trace = session.snapshot()
        if output is not None:
            save(trace, output)
            remember(output)
    if summary:
        with contextlib.suppress(OSError):
            print(summary_line(trace, output), file=sys.stderr)
    if session.timed_out:
        return TIMED_OUT
    code = trace.exit_code or 0
    return 128 - code if code < 0 else code


def _pump_to_the_end(session: Session, lines: ProgressLines | None) -> None:
    """Take in all there is, passing signals on; one that asks for an end gets it in the end."""
    patience = None
    while session.pump(_PUMP_S):
        for number in signals.taken():
            session.send_signal(number)
            if number in signals.ASK_FOR_AN_END and patience is None:
                patience = time.monotonic() + _PATIENCE_S
        if patience is not None and time.monotonic() > patience:
            session.stop("stopped")
        if lines is not None:
            lines.look(session.snapshot)


def summary_line(trace: Trace, output: Path | None) -> str:
    """What happened, in one line; then what the user should know, and what a scenario showed."""
    from paraviz.durations import duration
    from paraviz.endings import ending
    from paraviz.notices import blind_spots, told_notice
    from paraviz.trace.claims import claims
    from paraviz.trace.labels import interpreter_label

    lanes, events = len(trace.lanes), trace.events
    parts = [
        f"{trace.program.name} {ending(trace.end_reason)}",
        localized(duration(trace.wall_ns)),
        ngettext("{count:,} lane", "{count:,} lanes", lanes).format(count=lanes),
        ngettext("{count:,} event", "{count:,} events", events).format(count=events),
        _("{count:,} dropped").format(count=trace.dropped),
        *([interpreter_label(trace)] if trace.executable_by else []),
        _("kernel states") if trace.truth == "kernel" else _("inferred states"),
    ]
    blind = len(blind_spots(trace.notices))
    if blind:
        words = ngettext("{count:,} blind spot", "{count:,} blind spots", blind)
        parts.insert(1, words.format(count=blind))
    if trace.core == "python":
        parts.append(_("heavier: no compiled core"))
    if output is not None:
        parts.append(_("recorded in {file}").format(file=output))
    noted = map(told_notice, trace.notices)
    claimed = [f"{claim.mark} {claim.told}" for claim in claims(trace)]
    found = _findings_line(trace)
    lines = (" · ".join(parts), *noted, *claimed, *([found] if found else []))
    return "\n".join(f"paraviz: {shown(line)}" for line in lines)


def _findings_line(trace: Trace) -> str:
    """How many findings there are, and the gravest; "" where there is none."""
    from paraviz.trace.findings.within import findings_within
    from paraviz.trace.index import index_of

    found = findings_within(trace, index_of(trace))
    if found is None:
        return _("what is wrong takes longer to find: paraviz info says it")
    if not found:
        return ""
    first = found[0]
    glyph = "✗" if first.severity == "fault" else "▲"
    if len(found) == 1:
        return f"{glyph} {first.told.told}"
    words = ngettext(
        "{count:,} finding, the gravest: {told}",
        "{count:,} findings, the gravest: {told}",
        len(found),
    )
    return f"{glyph} {words.format(count=len(found), told=first.told.told)}"
