"""A scheduler of events in the main thread."""

import sched
import time

plan = sched.scheduler(time.monotonic, time.sleep)
for after, what in ((0.1, "second"), (0.05, "first")):
    plan.enter(after, 1, print, argument=(what,))
plan.run()
