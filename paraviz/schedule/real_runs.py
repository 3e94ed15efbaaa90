"""Real runs of a program, not under control, and what of an exploration they show."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paraviz.errors import ProgramError
from paraviz.programs.interpreter import interpreter_for
from paraviz.schedule.result import Confirmed
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from paraviz.programs.parameters import Runnable
    from paraviz.schedule.result import Exploration, Outcome

_HOST_FILE = Path(__file__).parent / "inside" / "real.py"
CONFIRMING_RUNS = 2_000
SWITCH_S = 1e-6
"""How long a thread has the GIL when threads are to change as often as they can."""
Key = tuple[str, str, "int | None", tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class RealRun:
    """One of them."""

    output: str
    """What it wrote to standard output."""
    hangs: bool
    """Whether it came to no end in its time."""
    exit_code: int | None
    """None where it hangs."""
    raised: tuple[tuple[str, str], ...]
    """Exceptions that ended threads: their class, and what they say."""
    events: tuple[tuple[str, str, str], ...]
    """Who wrote, or took a lock after another; where that was asked for."""

    @property
    def key(self) -> Key:
        """The same for runs with the same outcome."""
        kind = "hangs" if self.hangs else "exception" if self.raised else "ok"
        return kind, self.output, self.exit_code, self.raised


def key_of(outcome: Outcome) -> Key:
    """The key that real runs with this outcome have."""
    if outcome.kind in ("deadlock", "stuck"):
        return "hangs", outcome.output, None, ()
    raised = tuple(sorted((each.type, each.text) for each in outcome.raised))
    return "exception" if raised else "ok", outcome.output, outcome.exit_code, raised


def real_runs(
    runnable: Runnable,
    argv: Sequence[str],
    *,
    runs: int,
    time_limit_s: float,
    python: str = "",
    switch_s: float = 0.0,
    notes: bool = False,
) -> Iterator[RealRun]:
    """Run a program so often, or as often as time allows. `switch_s`: the interpreter's switch
    interval, 0 for its own; `notes`: who wrote and took which lock. Raises ProgramError."""
    values = runnable.values(argv)
    changed = {name: each for name, each in values.items() if each != runnable.defaults()[name]}
    order = {
        "path": runnable.path,
        "module": runnable.module,
        "values": json.dumps(changed) if changed else "",
        "arguments": [] if runnable.parameters else list(argv),
        "runs": runs,
        "time_limit_s": time_limit_s,
        "switch_s": switch_s,
        "notes": notes,
    }
    interpreter = interpreter_for(runnable, python)
    read_end, write_end = os.pipe()
    command = [interpreter.path, str(_HOST_FILE), json.dumps(order), str(write_end)]
    with open(read_end, encoding="utf-8") as reader:
        popen = subprocess.Popen(
            command,
            pass_fds=(write_end,),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        os.close(write_end)
        count = 0
        try:
            for line in reader:
                told = json.loads(line)
                if told.get("done"):
                    break
                count += 1
                yield _run_from(told)
        finally:
            with contextlib.suppress(OSError):
                os.killpg(popen.pid, signal.SIGKILL)
            said = popen.communicate()[1].decode(errors="replace")
    if not count:
        lines = said.strip().splitlines() or [_("it ended without a word")]
        words = _("{name} cannot be run: {reason}")
        raise ProgramError(words.format(name=runnable.name, reason=lines[-1]))


def _run_from(told: dict[str, Any]) -> RealRun:
    return RealRun(
        output=told["output"],
        hangs=told["hangs"],
        exit_code=told["exit_code"],
        raised=tuple(sorted((kind, text) for _worker, kind, text in told["raised"])),
        events=tuple((who, what, place) for who, what, place in told["events"]),
    )


def confirmed(
    found: Exploration,
    runnable: Runnable,
    argv: Sequence[str],
    *,
    time_limit_s: float,
    python: str = "",
    runs: int = CONFIRMING_RUNS,
    listen: Callable[[int], None] | None = None,
) -> Exploration:
    """The same, each outcome with how many of so many real runs, in which threads change as often
    as they can, showed it. Raises ProgramError."""
    seen: Counter[Key] = Counter()
    count = 0
    with contextlib.suppress(KeyboardInterrupt):
        for run in real_runs(
            runnable,
            argv,
            runs=runs,
            time_limit_s=time_limit_s,
            python=python,
            switch_s=SWITCH_S,
        ):
            seen[run.key] += 1
            count += 1
            if listen is not None:
                listen(count)
    known = {key_of(outcome) for outcome in found.outcomes}
    outcomes = tuple(
        replace(outcome, confirmed=Confirmed(count, seen[key_of(outcome)]))
        for outcome in found.outcomes
    )
    unknown = sum(times for key, times in seen.items() if key not in known)
    return replace(found, outcomes=outcomes, unexplained_runs=unknown)
