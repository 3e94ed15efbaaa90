"""A command is run to its end."""

import subprocess
import sys

done = subprocess.run(
    [sys.executable, "-c", "print('x' * 200_000)"], capture_output=True, check=True, text=True
)
print(len(done.stdout))
