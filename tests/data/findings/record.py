"""Record the frozen runs of programs with a fault, and of their near twins without:
`python -m tests.data.findings.record [NAME …]`. Says what is found in each, and its size."""

from __future__ import annotations

import sys
from pathlib import Path

from paraviz.analysis.findings import findings
from paraviz.formats import save
from paraviz.trace.index import StateIndex
from tools.recordings import Run, frozen, recorded

DATA = Path(__file__).parent
PROGRAMS = Path(__file__).parents[2] / "observe" / "programs"
NAMES = sorted(path.stem.removeprefix("findings_") for path in PROGRAMS.glob("findings_*.py"))
SIZE_LIMIT = 45_000
"""Bytes of one recording."""
LONG = (
    *("both_send", "undrained", "unread", "handler", "importing", "permits"),
    *("carrier", "killed_at_task", "lost_task"),
)
"""Those that hang in what is told after a while only, or after processes have begun."""
HANG = ("exhausted", "not_copied", "stuck", "awaits", "orphaned", "own_loop", *LONG)
"""Those that do not end by themselves, nor their twins perhaps."""


def limit_s(name: str) -> float:
    """After so many seconds one that hangs is stopped."""
    return 3.0 if name in LONG else 1.0


def main(names: list[str]) -> int:
    """Record what is named, or all; 1 if one is too large."""
    large = 0
    for name in names or NAMES:
        program = str(PROGRAMS / f"findings_{name}.py")
        for suffix, argv in (("", ()), ("_twin", ("twin",))):
            limit = limit_s(name) if name in HANG else None
            run = Run(program, argv, DATA, "require", 3, limit_s=limit)
            trace = frozen(recorded(run), program)
            path = DATA / f"{name}{suffix}.pviz"
            save(trace, path)
            size = path.stat().st_size
            large += size > SIZE_LIMIT
            print(f"{path.stem:20} {size:>7,} B", flush=True)
            for finding in findings(trace, StateIndex(trace.lanes)):
                print(f"    {finding.kind}: {finding.told.english}", flush=True)
    return 1 if large else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
