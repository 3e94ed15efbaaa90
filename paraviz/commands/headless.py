"""Running without the app: the program keeps the terminal, its streams and its exit code."""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from paraviz import signals
from paraviz.errors import ParavizError
from paraviz.text.sanitizer import shown
from paraviz.text.translation import _, localized, ngettext

if TYPE_CHECKING:
    from paraviz.commands.hanging import HangWatch, OnHang
    from paraviz.commands.progress_lines import ProgressLines
    from paraviz.programs.parameters import Runnable
    from paraviz.session import Kernel, Session
    from paraviz.session.care import IfLost
    from paraviz.trace import Trace

TIMED_OUT = 124
"""As timeout(1)."""
_PUMP_S = 0.05
FAILED = 70
"""As `cli` has it: paraviz itself failed."""
NOT_WRITTEN = 2
"""As `cli` has it for what a user can mend: the recording that was asked for is not there."""


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
    if_lost: IfLost = "run",
    keep_background: bool = False,
    grace_s: float | None = None,
    on_hang: OnHang | None = None,
) -> int:
    """Run a program to its end; returns the exit code for paraviz.

    `grace_s`: how long it may take to end, once it is asked; by itself as long as whoever asked
    waits. Raises ParavizError for what the user can mend.
    """
    with signals.held():
        # NumPy starts threads when it is imported: not before signals are held.
        from paraviz.commands.progress_lines import progress_lines
        from paraviz.formats import check_target
        from paraviz.session import Session
        from paraviz.session.care import GRACE_S, Care
        from paraviz.session.spill import spill_of

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
            care=Care(
                if_lost,
                keep_background=keep_background,
                grace_s=GRACE_S if grace_s is None else grace_s,
                spill=spill_of(output) if output is not None else None,
            ),
        )
        session.start()
        try:
            watch = _watch(on_hang)
            lines = progress_lines(argv) if summary else None
            _pump_to_the_end(session, lines, grace_s, watch)
            trace = session.snapshot()
        except Exception as error:
            return _without_us(session, error, if_lost)
        finally:
            session.stop()
        kept = _saved(session, trace, output)
    if summary:
        with contextlib.suppress(OSError):
            print(summary_line(trace, output if kept else None), file=sys.stderr)
    if session.timed_out or (watch is not None and watch.ended_it):
        return TIMED_OUT
    # Of a program that ended well it is told that the recording is not there.
    unwritten = NOT_WRITTEN if output is not None and not kept else 0
    return _as_shells_have_it(trace.exit_code or 0) or unwritten


def _as_shells_have_it(code: int) -> int:
    return 128 - code if code < 0 else code


def _saved(session: Session, trace: Trace, output: Path | None) -> bool:
    """Whether the recording is written, if there is to be one. If that fails, what had arrived is
    kept, and the program's exit code is still its own."""
    from paraviz.formats import save
    from paraviz.user.recent_files import remember

    if output is None:
        return False
    try:
        save(trace, output)
    except (ParavizError, OSError, MemoryError) as error:
        left = session.close_spill(keep=True)
        words = getattr(error, "message", "") or f"{type(error).__name__}: {error}"
        _say(words)
        if left is not None:
            _say(_("what had arrived is in {file}: paraviz open reads it").format(file=left))
        return False
    session.close_spill(keep=False)
    remember(output)
    return True


def _without_us(session: Session, error: Exception, if_lost: IfLost) -> int:
    """Paraviz cannot go on: the program does, or ends, as was chosen."""
    words = _("internal error, {error}: the program is observed no more")
    _say(words.format(error=f"{type(error).__name__}: {error}"))
    left = session.close_spill(keep=True)
    if left is not None:
        _say(_("what had arrived is in {file}: paraviz open reads it").format(file=left))
    session.let_go()
    if if_lost == "end":
        session.stop()
        return FAILED
    while (code := session.wait(_PUMP_S)) is None:
        for number in signals.taken():
            session.send_signal(number)
    return _as_shells_have_it(code)


def _say(words: str) -> None:
    with contextlib.suppress(OSError):
        print(f"paraviz: {shown(words)}", file=sys.stderr)


def _watch(on_hang: OnHang | None) -> HangWatch | None:
    if on_hang is None:
        return None
    # What it tells with takes its time to load.
    from paraviz.commands.hanging import HangWatch

    return HangWatch(on_hang)


def _pump_to_the_end(
    session: Session,
    lines: ProgressLines | None,
    grace_s: float | None,
    watch: HangWatch | None,
) -> None:
    """Take in all there is, passing signals on, each once; after one that asks for an end the
    program may take as long as it takes, or `grace_s`."""
    until = None
    while session.pump(_PUMP_S):
        for number in signals.taken():
            session.send_signal(number)
            if number in signals.ASK_FOR_AN_END and until is None and grace_s is not None:
                until = time.monotonic() + grace_s
        if until is not None and time.monotonic() > until:
            session.stop(f"stopped after its grace of {grace_s:g} s", ask=False)
        if lines is not None:
            lines.look(session.snapshot)
        if watch is not None:
            watch.look(session)


def summary_line(trace: Trace, output: Path | None) -> str:
    """What happened, in one line; then what the user should know, and what a scenario showed."""
    from paraviz.analysis.claims.running import claims
    from paraviz.text.durations import duration
    from paraviz.text.endings import ending
    from paraviz.text.notices import blind_spots, told_notice
    from paraviz.trace.labels import interpreter_label

    lanes, events = len(trace.lanes), trace.events
    parts = [
        f"{trace.program.name} {ending(trace.end_reason)}",
        localized(duration(trace.wall_ns)),
        ngettext("{count:,} lane", "{count:,} lanes", lanes).format(count=lanes),
        ngettext("{count:,} event", "{count:,} events", events).format(count=events),
        _("{count:,} dropped").format(count=trace.dropped),
        *([interpreter_label(trace)] if trace.executable_by else []),
        _states(trace),
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
    last = found or ("" if claimed else _point_line(trace))
    lines = (" · ".join(parts), *noted, *claimed, *([last] if last else []))
    return "\n".join(f"paraviz: {shown(line)}" for line in lines)


def _states(trace: Trace) -> str:
    if trace.truth == "kernel":
        return _("kernel states")
    return _("sampled states") if trace.is_sampled else _("inferred states")


def _findings_line(trace: Trace) -> str:
    """How many findings there are, and the gravest; "" where there is none."""
    from paraviz.analysis.findings.within import findings_within
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


def _point_line(trace: Trace) -> str:
    """How the run failed, or what cost most, where nothing is found in it and nothing was claimed;
    "" where nothing stands out."""
    from paraviz.analysis.costs import costs
    from paraviz.analysis.figures import Material
    from paraviz.analysis.point import point

    about = point(trace, (), costs(trace, Material(trace)))
    if about is None or about.kind == "figures":
        return ""
    return f"{about.mark} {about.told.told}"
