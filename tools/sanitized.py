"""The compiled core under the address and undefined-behaviour sanitizers: `make sanitized`.

    python -m tools.sanitized [SECONDS]

It is built anew in a copy of the tree, warnings being errors, and tried there: by its unit tests
and by storms of threads that start, end and exit at random, observed as any program is. In the
child of a fork the sanitizer's allocator may wait for ever for a lock that another thread held, so
storms with forks have the core as it is in this tree. Needs gcc and its sanitizers; says so in a
line where they are missing.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).parents[1]
STORM = Path("tests/core/programs/storm.py")
FLAGS = (
    "-Wall -Wextra -Werror -Wno-missing-field-initializers -g -O1 -fno-omit-frame-pointer "
    "-fsanitize=address,undefined -fno-sanitize-recover=undefined"
)
TESTS = (
    "tests/unit/test_core.py",
    "tests/unit/test_sites.py",
    "tests/unit/test_recorder.py",
    "tests/observe/test_core_and_fallback.py",
)
SEEDS = range(1, 13)
TESTS_S, STORM_S = 900, 120
_LEFT_OUT = shutil.ignore_patterns(".git", ".venv*", "*.so", "build", "__pycache__", ".mypy_cache")


def main() -> int:
    """0 if nothing was found."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    runtime = _runtime("libasan.so")
    if not runtime:
        print("there is no gcc with its sanitizers here")
        return 2
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, symlinks=True, ignore=_LEFT_OUT)
        build = [sys.executable, "setup.py", "-q", "build_ext", "--inplace"]
        subprocess.run(build, cwd=tree, env=os.environ | _flags(), check=True)
        if not list((tree / "paraviz" / "observe").glob("_core*.so")):
            print("the core could not be built")
            return 1
        return _tried(tree, runtime, seconds)


def _flags() -> dict[str, str]:
    return {"CFLAGS": FLAGS, "LDFLAGS": "-fsanitize=address,undefined"}


def _tried(tree: Path, runtime: str, seconds: float) -> int:
    environment = os.environ | {
        "LD_PRELOAD": runtime,
        # The interpreter's own allocator would hide what is freed, and it leaks at exit by design.
        "PYTHONMALLOC": "malloc",
        "ASAN_OPTIONS": "detect_leaks=0:abort_on_error=1",
        "UBSAN_OPTIONS": "print_stacktrace=1",
        "PYTHONPATH": str(tree),
    }
    tests = [sys.executable, "-X", "dev", "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTS]
    plain, limit_s = os.environ.copy(), STORM_S + 20 * seconds
    failed = [] if _is_whole(tests, tree, environment, TESTS_S) else [tests]
    for seed in SEEDS:
        sanitized, forking = _storm(seed, seconds, "noforks"), _storm(seed, seconds)
        failed += [] if _is_whole(sanitized, tree, environment, limit_s) else [sanitized]
        failed += [] if _is_whole(forking, ROOT, plain, limit_s) else [forking]
    for command in failed:
        print("failed:", *command)
    storms = f"{len(SEEDS)} storms of {seconds:g} s, and as many with forks"
    print(f"{len(TESTS)} files of tests, {storms}; failed: {len(failed)}")
    return bool(failed)


def _is_whole(
    command: list[str], folder: Path, environment: Mapping[str, str], limit_s: float
) -> bool:
    """Whether it ends well, and at all: a limit far beyond what it takes."""
    with subprocess.Popen(command, cwd=folder, env=environment, start_new_session=True) as running:
        try:
            return running.wait(limit_s) == 0
        except subprocess.TimeoutExpired:
            os.killpg(running.pid, signal.SIGKILL)
            return False


def _storm(seed: int, seconds: float, *options: str) -> list[str]:
    observed = [sys.executable, "-X", "dev", "-m", "paraviz", "run", "--headless", "--quiet"]
    return [*observed, "--kernel", "off", str(STORM), str(seed), str(seconds), *options]


def _runtime(name: str) -> str:
    """Where gcc has it, "" for nowhere."""
    try:
        command = ["gcc", f"-print-file-name={name}"]
        found = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""
    return found if os.path.isabs(found) else ""


if __name__ == "__main__":
    sys.exit(main())
