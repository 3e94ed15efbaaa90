"""Record the frozen recordings anew: `python -m tools.recordings [NAME …]`.

Without a name every scenario is recorded, into `scenarios/recordings`; the pictures change, too.
Each runs several times, and the run is kept in which its claims hold and the least time was spent
waiting for a CPU or for what nobody saw. States have to come from the kernel. Best on a machine
that does nothing else: what share was waited so is said of each.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from paraviz.analysis.claims.running import claims
from paraviz.errors import ParavizError
from paraviz.formats import save
from paraviz.kernel import perf
from paraviz.programs.catalogue import find, scenarios
from paraviz.session import Session
from paraviz.trace.states.partition import State

if TYPE_CHECKING:
    from paraviz.session import Kernel
    from paraviz.trace import Lane, Trace

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data"
SCENARIOS = ROOT / "scenarios" / "recordings"
LINKS = str(ROOT / "tests" / "observe" / "programs" / "loop_links.py")
SIZE_LIMIT = 100_000
"""Bytes of one recording: they come along with the package."""


@dataclass(frozen=True, slots=True)
class Run:
    """How one recording is made."""

    program: str
    """A scenario, or a file."""
    argv: tuple[str, ...] = ()
    """Its arguments: few repetitions, so that the recording stays small."""
    folder: Path = SCENARIOS
    """Where the recording lies."""
    kernel: Kernel = "require"
    """Whether the kernel's record is used."""
    tries: int = 6
    """How many runs there are to choose from."""
    python: tuple[int, int] = (3, 11)
    """The first version of Python with which it is seen at its best."""
    limit_s: float | None = None
    """After so many seconds it is stopped: a program that hangs."""


RUNS = {
    "prime_threads": Run("prime_threads", tries=10),
    "fib_map": Run("fib_map", ("--count", "30")),
    "shared_array": Run("shared_array", ("--n", "40")),
    "pipe_or_queue": Run("pipe_or_queue", ("--n", "12", "--size", "300_000", "--rounds", "4")),
    "counter_race": Run("counter_race", tries=12),
    "gil_or_not": Run("gil_or_not", python=(3, 12)),
    "tests/loop_links": Run(LINKS, (), DATA, tries=3),
    "tests/loop_hang": Run(LINKS, ("hang",), DATA, tries=1, limit_s=1.0),
    "tests/printers": Run("printers", (), DATA, "off", 1),
    "tests/printers_locked": Run("printers", ("--locked",), DATA, "off", 1),
    "tests/philosophers": Run("tests/observe/programs/philosophers.py", (), DATA, "off", 1),
}
"""What is recorded otherwise than by a run of the scenario as it is, by name; those that begin with
`tests/` are of tests only, and recorded only when named."""


def recorded(run: Run) -> Trace:
    """The best of several runs."""
    return max((_once(run) for _ in range(run.tries)), key=_worth)


def _once(run: Run) -> Trace:
    """One run from its beginning to its end."""
    session = Session(find(run.program), run.argv, kernel=run.kernel, time_limit_s=run.limit_s)
    session.start()
    try:
        while session.pump(0.05):
            pass
    finally:
        session.stop()
    return session.snapshot()


def _worth(trace: Trace) -> tuple[bool, int, int, float]:
    """Whether it ended well, how many claims hold, how many workers there were (one that is killed
    early says nothing of its threads), and minus the share of time waited for a CPU or for what
    nobody saw."""
    return (
        trace.exit_code == 0 and not trace.notices,
        sum(claim.holds for claim in claims(trace)),
        len(trace.lanes),
        -_waited(trace),
    )


def _waited(trace: Trace) -> float:
    """The share of its workers' lives spent waiting for a CPU or for what nobody saw."""
    lived = sum(lane.end_ns - lane.start_ns for lane in trace.lanes)
    return sum(_waited_ns(lane) for lane in trace.lanes) / max(lived, 1)


def _waited_ns(lane: Lane) -> int:
    """How long a lane waited for a CPU or in a system call that no event explains."""
    states = lane.states
    lasted = np.diff(np.append(states.starts, lane.end_ns))
    unexplained = (states.states == State.BLOCKED) & (states.causes < 0)
    return int(lasted[unexplained | (states.states == State.WAITING_CPU)].sum())


def frozen(trace: Trace, program: str) -> Trace:
    """The trace without what is of this machine: its paths begin at the repository."""
    return replace(
        trace,
        executable="",
        program=replace(trace.program, path=_relative(trace.program.path), name=Path(program).name),
        sites=tuple(replace(site, file=_relative(site.file)) for site in trace.sites),
    )


def _relative(file: str) -> str:
    """A path from the repository on, or from where packages are installed."""
    if not file:
        return ""
    for folder in (ROOT, *map(Path, sys.path)):
        if Path(file).is_relative_to(folder):
            return str(Path(file).relative_to(folder))
    raise ValueError(f"{file} is of this machine only")


def main(names: list[str]) -> int:
    """Record what is named, or every scenario; says what came of each. Returns an exit code."""
    ship = [scenario.name for scenario in scenarios()]
    unknown = [name for name in names if name not in RUNS and name not in ship]
    if unknown:
        known = ", ".join(dict.fromkeys([*ship, *RUNS]))
        print(f"there is no {', '.join(unknown)}; there are {known}", file=sys.stderr)
        return 2
    try:
        perf.require()
        for name in names or ship:
            _record(name)
    except ParavizError as error:
        print(f"recordings need the kernel's record: {error}", file=sys.stderr)
        return 2
    return 0


def _record(name: str) -> None:
    run = RUNS.get(name) or Run(name)
    if sys.version_info < run.python:
        print(f"{name:20} is left as it is: needs Python {'.'.join(map(str, run.python))}")
        return
    trace = frozen(recorded(run), run.program)
    path = run.folder / f"{Path(name).name}.pviz"
    path.parent.mkdir(exist_ok=True)
    save(trace, path)
    size = path.stat().st_size
    doubts = [claim.text for claim in claims(trace) if not claim.holds]
    if size > SIZE_LIMIT:
        doubts.append(f"larger than {SIZE_LIMIT:,} bytes")
    told = f"{size:>8,} B {trace.wall_ns / 1e6:7.0f} ms {_waited(trace):4.0%} waited so"
    print(f"{name:20} {told}  {'; '.join(doubts)}", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
