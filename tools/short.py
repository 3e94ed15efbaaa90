"""What is tried on each other Python that is there, with what `make run` installs and no more:
every scenario that has processes, observed. `python -m tools.short`; exit code 1 where something
fell short.

A process that nobody sees looks like one that is not there: so what is asked for is that each child
spoke for itself, that nothing was lost, and that what the scenario is meant to show was there.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from paraviz.analysis.claims.running import claims
from paraviz.formats import load

if TYPE_CHECKING:
    from paraviz.trace import Trace

LIMIT_S = 120
SCENARIOS: dict[str, tuple[int, tuple[str, ...]]] = {
    "hello_process": (2, ()),
    "fib_processes": (11, ()),
    "fib_pool": (5, ()),
    "image_pool": (5, ()),
    "prime_threads": (9, ("--how", "processes", "--count", "8")),
    "prime_executor": (5, ()),
    "shared_array": (3, ()),
    "ping_pong": (2, ()),
    "producers_consumers": (6, ()),
    "pipe_or_queue": (3, ()),
    "barrier": (5, ()),
    "gil_or_not": (3, ()),
}
"""How many processes take part in each scenario, and under which parameters."""
CERTAIN = frozenset({"processes", "handed_out", "messages", "in_step"})
"""Claims that hold on any machine; of the others it is up to the system whether it shows them."""
_NEEDS = {"image_pool": "PIL"}
_TOLD = "what code in subinterpreters does"
"""What is said, rightly, of gil_or_not since Python 3.12."""


def _has(module: str | None) -> bool:
    if module is None:
        return True
    try:
        __import__(module)
    except ImportError:
        return False
    return True


def faults(name: str, folder: Path) -> list[str]:
    """What fell short in a run of a scenario."""
    processes, words = SCENARIOS[name]
    recording = folder / f"{name}.pviz"
    command = [sys.executable, "-m", "paraviz", "run", "--headless", "-q", "-o", str(recording)]
    done = subprocess.run(
        [*command, name, *words],
        capture_output=True,
        timeout=LIMIT_S,
        check=False,
        env=os.environ | {"PARAVIZ_LANG": "en"},
    )
    if done.returncode or done.stderr:
        return [f"exit code {done.returncode}: {done.stderr.decode()[-400:]}"]
    return faults_of(load(recording), processes)


def faults_of(trace: Trace, processes: int) -> list[str]:
    """What falls short in a recording of a scenario in which so many processes take part."""
    found = [notice for notice in trace.notices if not notice.startswith(_TOLD)]
    if trace.dropped:
        found.append(f"{trace.dropped} events were lost")
    said = sum(bool(len(lane.times)) for lane in trace.lanes if lane.kind == "process")
    # Those of gil_or_not compute and say nothing.
    if said < processes and trace.program.name != "gil_or_not":
        found.append(f"{said} of {processes} processes speak")
    seen = claims(trace)
    if len(seen) < len(trace.program.claims):
        found.append("not every claim is known")
    return found + [
        f"not seen: {claim.text}" for claim in seen if not claim.holds and claim.name in CERTAIN
    ]


def main() -> int:
    """Try them all."""
    version = "{}.{}.{}".format(*sys.version_info)
    failed = 0
    for name in SCENARIOS:
        if not _has(_NEEDS.get(name)):
            print(f"{version} {name}: passed over, {_NEEDS[name]} is not here", flush=True)
            continue
        with tempfile.TemporaryDirectory() as folder:
            found = faults(name, Path(folder))
        failed += bool(found)
        print(f"{version} {name}: {'; '.join(found) or 'as it should be'}", flush=True)
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main())
