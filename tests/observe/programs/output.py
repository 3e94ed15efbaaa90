"""Output in every way a program writes."""

import contextlib
import io
import os
import sys

print("print", 1, 2.5, sep="|", end="!\n")
sys.stdout.write("write\n")
sys.stdout.writelines(["lines\n", "more\n"])
sys.stdout.flush()
sys.stdout.buffer.write(b"\x00\xff binary \xfe\n")
sys.stdout.buffer.flush()
os.write(1, b"os.write\n")
print("to stderr", file=sys.stderr)
print("äöü → 😀 \u2028")
with contextlib.redirect_stdout(io.StringIO()) as caught:
    print("caught")
print(repr(caught.getvalue()))
try:
    print("\ud800")
except UnicodeEncodeError as error:
    print(error.reason)
try:
    sys.stdout.write(5)
except TypeError as error:
    print(error)
print(sys.stdout.write("x"), sys.stdout.fileno())
if sys.argv[1:] == ["replaced"]:
    sys.stdout = open(1, "w", closefd=False)
    print("replaced")
elif sys.argv[1:] == ["closed"]:
    sys.stdout.flush()
    os.close(1)
elif sys.argv[1:] == ["every"]:
    sys.stdout.flush()
    os.closerange(3, 2000)
    print("still here")
