"""The other Pythons of this machine: `python -m tools.versions short` tries each with
`tools.short`, `python -m tools.versions test` runs the whole suite on each. Which ones were not
there is told.

Each gets a virtual environment of its own (`.venv-3.12`, …) with what is pinned.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
VERSIONS = tuple(f"3.{minor}" for minor in range(11, 16))


def python_of(version: str) -> str | None:
    """The interpreter of a version: what pyenv has, else what is on the path."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv")) / "versions"
    kept = sorted(
        (path for path in pyenv.glob(f"{version}.*/bin/python") if path.parts[-3][-1].isdigit()),
        key=lambda path: [int(part) for part in path.parts[-3].split(".")[:3] if part.isdigit()],
    )
    for candidate in (*map(str, reversed(kept)), shutil.which(f"python{version}")):
        if candidate and _is(candidate, version):
            return candidate
    return None


def _is(python: str, version: str) -> bool:
    """Whether it starts, and has what an environment is made of."""
    code = "import sys, venv, ensurepip; print('{}.{}'.format(*sys.version_info))"
    done = subprocess.run([python, "-c", code], capture_output=True, text=True, check=False)
    return not done.returncode and done.stdout.strip() == version


def main(words: list[str]) -> int:
    """Run what is asked for on each of them: what is short side by side, the suite one by one."""
    target, at_once = {"short": ("short-here", True), "test": ("test", False)}[words[0]]
    own = f"{sys.version_info[0]}.{sys.version_info[1]}"
    started: list[tuple[str, subprocess.Popen[str]]] = []
    for version in VERSIONS:
        python = None if version == own else python_of(version)
        if python is None:
            reason = "this one" if version == own else "not here"
            print(f"Python {version}: {reason}, passed over", flush=True)
            continue
        make = ["make", "--no-print-directory", target, f"PYTHON={python}", f"VENV=.venv-{version}"]
        output, joined = (subprocess.PIPE, subprocess.STDOUT) if at_once else (None, None)
        run = subprocess.Popen(make, cwd=ROOT, stdout=output, stderr=joined, text=True)
        started.append((version, run))
        if not at_once:
            run.wait()
    failed = []
    for version, run in started:
        said, _ = run.communicate()
        print(f"Python {version}: {run.args!r}\n{said or ''}", flush=True)
        if run.returncode:
            failed.append(version)
    if failed:
        print(f"failed on {', '.join(failed)}", file=sys.stderr)
    return min(len(failed), 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
