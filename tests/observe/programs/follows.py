"""Starts Python programs in every way, and tells what became of them."""

import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
CHILD = os.path.join(HERE, "followed.py")
ASKS = "import sys; print(sys.argv, sys.path[:1], sys.flags.dev_mode, *globals())"


def run(*words, **more):
    done = subprocess.run([sys.executable, *words], capture_output=True, text=True, **more)
    print(words, done.returncode, done.stdout, done.stderr)


def by_subprocess():
    run(CHILD, "a", "-b")
    run("-u", "-OO", CHILD, "exit", close_fds=False)
    run("-I", CHILD, "raise")
    run("-X", "dev", "-c", ASKS, "x")
    run("-c", "1/0")
    run("-c", "x = = 1")
    run("-um", "followed", "x", cwd=HERE)
    run("-m", "there_is_no_such_module")
    run(
        "-", "q", input="import sys; print(sys.argv, sys.stdin.read(), sys.path[:1])\nraise OSError"
    )
    run("/there/is/no/such/file.py")
    run("-V")


def by_os():
    line = [sys.executable, CHILD]
    pid = os.posix_spawn(sys.executable, [*line, "spawned"], os.environ)
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
    print(os.spawnv(os.P_WAIT, sys.executable, [*line, "exit"]))
    pid = os.fork()
    if not pid:
        print("forked", flush=True)
        os.execv(sys.executable, [*line, "exit"])
    print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), flush=True)
    try:
        os.execv("/there/is/no/python3", line)
    except FileNotFoundError as error:
        print(error, flush=True)
    os.execv(sys.executable, [*line, "last"])


if __name__ == "__main__":
    by_subprocess()
    by_os()
