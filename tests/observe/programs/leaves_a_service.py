"""Leaves a process behind, and says which."""

import subprocess
import sys

print(subprocess.Popen(["sleep", sys.argv[1]], start_new_session=True, stdout=-3, stderr=-3).pid)
