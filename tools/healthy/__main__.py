"""Runs healthy programs, one after the other, and prints a table of what is found in them, which
should be nothing: `python -m tools.healthy [--kernel off] [NAME …]`. 1 if anything is.

The programs are of our own making, many after the examples of the standard library's documentation:
`tests/observe/programs/healthy`.
"""

from __future__ import annotations

import argparse
import platform
import subprocess
import sys
import tempfile
from pathlib import Path

from paraviz.analysis.findings import findings
from paraviz.formats import load
from paraviz.trace.index import index_of

PROGRAMS = Path(__file__).parents[2] / "tests" / "observe" / "programs" / "healthy"
NAMES = sorted(path.stem for path in PROGRAMS.glob("*.py"))
LIMIT_S = 120


def accusations(name: str, kernel: str) -> tuple[list[str], str]:
    """What is found in one, and how it went otherwise: "" if it ended well."""
    with tempfile.TemporaryDirectory() as folder:
        recording = Path(folder, "run.pviz")
        command = [sys.executable, "-m", "paraviz", "run", "--headless", "--quiet"]
        command += ["--kernel", kernel, "-o", str(recording), str(PROGRAMS / f"{name}.py")]
        try:
            done = subprocess.run(command, capture_output=True, timeout=LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            return [], "did not end"
        if not recording.exists():
            return [], "no recording"
        trace = load(recording)
        found = [f"{each.kind}: {each.told.english}" for each in findings(trace, index_of(trace))]
        return found, "" if done.returncode == 0 else f"exit {done.returncode}"


def main(arguments: list[str]) -> int:
    """Run them."""
    parser = argparse.ArgumentParser(prog="python -m tools.healthy")
    parser.add_argument("--kernel", choices=("auto", "off", "require"), default="auto")
    parser.add_argument("names", nargs="*", metavar="NAME")
    asked = parser.parse_args(arguments)
    names = asked.names or NAMES
    accused = failed = 0
    for name in names:
        found, how = accusations(name, asked.kernel)
        accused, failed = accused + bool(found), failed + bool(how)
        print(f"{name:26} {how or 'ok':12} {found[0] if found else '-'}", flush=True)
        for more in found[1:]:
            print(f"{'':39} {more}", flush=True)
    told = f"{len(names)} programs, {accused} accused, {failed} failed"
    print(f"Python {platform.python_version()}, --kernel {asked.kernel}: {told}")
    return 1 if accused or failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
