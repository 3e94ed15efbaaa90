"""A fork without threads, and its end."""

import os

child = os.fork()
if not child:
    print("child", flush=True)
    os._exit(0)
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
