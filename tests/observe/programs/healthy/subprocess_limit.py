"""A command that takes too long is killed, as it should be."""

import subprocess
import sys

try:
    subprocess.run([sys.executable, "-c", "import time; time.sleep(60)"], timeout=0.5)
except subprocess.TimeoutExpired:
    print("took too long")
