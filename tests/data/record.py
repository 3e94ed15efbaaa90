"""Record the frozen recordings anew: `python tests/data/record.py`. The pictures change, too."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from paraviz.catalogue import find
from paraviz.formats import save
from paraviz.session import Session

HERE = Path(__file__).parent
RUNS = {
    "printers": ("printers",),
    "printers_locked": ("printers", "--locked"),
    "philosophers": ("tests/observe/programs/philosophers.py",),
}


def record(program: str, *argv: str) -> None:
    """One run, kept without what is of this machine."""
    name = next(name for name, run in RUNS.items() if run == (program, *argv))
    session = Session(find(program), argv)
    session.start()
    while session.pump(0.05):
        pass
    trace = session.snapshot()
    file = Path(trace.program.path).name
    kept = replace(trace.program, path=file, name=file if "/" in program else program)
    save(
        replace(trace, program=kept, recorded_at="2026-11-22T12:00:00+00:00"), HERE / f"{name}.pviz"
    )


if __name__ == "__main__":
    for run in RUNS.values():
        record(*run)
