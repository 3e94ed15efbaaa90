"""Run every scenario in the lecture's own sizes, plain and observed to the end, a line each; exit
code 1 where what came out differs, or something did not come to its end.

python -m tools.lecture [--limit SECONDS] [NAME]…
"""

from __future__ import annotations

import argparse
import platform
import sys
import tempfile
from pathlib import Path

from paraviz.programs.catalogue import scenarios
from tools.lecture.comparing import Compared, compare, missing


def main() -> int:
    """The exit code."""
    known = scenarios()
    arguments = _arguments([scenario.name for scenario in known])
    print(f"Python {platform.python_version()}\n{'':20} plain s  observed s  output", flush=True)
    right = True
    for scenario in known:
        if arguments.names and scenario.name not in arguments.names:
            continue
        if needs := missing(scenario.name):
            print(f"{scenario.name:19} skipped: it needs {needs}", flush=True)
            continue
        with tempfile.TemporaryDirectory() as folder:
            compared = compare(scenario, Path(folder), arguments.limit)
        print(_line(scenario.name, compared), flush=True)
        right = right and compared.right
    return int(not right)


def _arguments(known: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.lecture", description=__doc__)
    parser.add_argument(
        "--limit", type=float, default=300.0, metavar="SECONDS", help="for each run (300)"
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help="these scenarios only")
    arguments = parser.parse_args()
    for name in arguments.names:
        if name not in known:
            parser.error(f"there is no scenario {name!r}")
    return arguments


def _line(name: str, compared: Compared) -> str:
    times = f"{_seconds(compared.plain_s):>8}  {_seconds(compared.observed_s):>10}"
    return f"{name:19} {times}  {compared.verdict:9}  {'; '.join(compared.shown)}".rstrip()


def _seconds(taken_s: float | None) -> str:
    return "-" if taken_s is None else f"{taken_s:.2f}"


if __name__ == "__main__":
    sys.exit(main())
