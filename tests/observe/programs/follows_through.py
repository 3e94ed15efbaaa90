"""Starts Python programs by way of others: shells, `env` and its like, scripts by a first line."""

import os
import subprocess
import sys
from shlex import quote

HERE = os.path.dirname(os.path.abspath(__file__))
CHILD = os.path.join(HERE, "followed.py")
PYTHON, SHOWS = quote(sys.executable), quote(CHILD)


def run(what, **more):
    done = subprocess.run(what, capture_output=True, text=True, shell=isinstance(what, str), **more)
    print(done.returncode, done.stdout, done.stderr, flush=True)


def by_shells():
    run(f"cd {quote(HERE)} && X=1 {PYTHON} -u followed.py in-shell 2>&1 | cat")
    run(f"for word in 'a b' c; do {PYTHON} {SHOWS} \"$word\"; done")
    run(["bash", "-ec", f'exec {PYTHON} "$0" exit', CHILD])
    os.system(f"{PYTHON} {SHOWS} by-system > /dev/null; true")


def by_starters():
    run(["env", "-u", "X", "A=1", sys.executable, "-OO", CHILD, "by-env"])
    run(["timeout", "60", "nice", "-n", "1", sys.executable, CHILD, "in-time"])


def by_scripts(folder):
    own = os.path.join(folder, "own")
    for name, first in (("own", sys.executable), ("found", "/usr/bin/env python3")):
        with open(os.path.join(folder, name), "w") as script:
            script.write(f"#!{first}\nimport sys\nprint(sys.argv, __file__, sys.orig_argv[1:])\n")
        os.chmod(os.path.join(folder, name), 0o755)
    path = os.pathsep.join((os.path.dirname(sys.executable), folder, os.environ["PATH"]))
    run([os.path.join(os.path.basename(folder), "own"), "here"], cwd=os.path.dirname(folder))
    run([own, "whole"])
    os.environ["PATH"] = path
    run(["found", "by", "path"])
    pid = os.posix_spawn(own, [own, "spawned"], os.environ)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)


def not_reached():
    run(f"WORDS='-u {SHOWS}'; {PYTHON} $WORDS hidden")
    run(f"eval '{PYTHON} -c 1'")


if __name__ == "__main__":
    by_shells()
    by_starters()
    # The name is seen in what they print.
    os.makedirs(sys.argv[1], exist_ok=True)
    by_scripts(sys.argv[1])
    not_reached()
