"""One command reads what another one writes."""

import subprocess
import sys

first = subprocess.Popen([sys.executable, "-c", "print('a\\nb')"], stdout=subprocess.PIPE)
second = subprocess.Popen(
    [sys.executable, "-c", "import sys; print(len(sys.stdin.read()))"],
    stdin=first.stdout,
    stdout=subprocess.PIPE,
)
first.stdout.close()
print(second.communicate()[0])
first.wait()
