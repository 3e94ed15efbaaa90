"""os.fork from a program of one thread: nothing to warn of."""

import os
import sys
import warnings

warnings.simplefilter("error")
for number in range(5):
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        print("child", number)
        sys.exit(number)
    print("ended with", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
