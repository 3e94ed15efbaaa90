"""Starts programs that nobody observes and leaves them behind: two of Python, one that is none."""

import os
import subprocess
import sys

SLEEP = "import time; time.sleep(600)"

for words in (
    [sys.executable, "-c", SLEEP],
    [sys.executable, "-m", "timeit", "-n1", "-r1", SLEEP],
    ["sleep", "600"],
):
    subprocess.Popen(words, stdout=subprocess.DEVNULL)
if "true" in sys.argv:
    os.system("env true; true")
