"""Other programs, started by subprocess: they are left alone."""

import subprocess
import sys

ASKS = """
import sys, threading
print(type(threading.Lock()).__name__, threading.Thread.start.__module__, threading.active_count())
print([name for name in sys.modules if "paraviz" in name])
"""
done = subprocess.run([sys.executable, "-c", ASKS], capture_output=True, text=True)
print(done.returncode, done.stdout, done.stderr)
subprocess.run([sys.executable, "-c", "print('straight out')"], check=True)
print(subprocess.run([sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"]).returncode)
with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as cat:
    print(cat.communicate(b"there and back"))
