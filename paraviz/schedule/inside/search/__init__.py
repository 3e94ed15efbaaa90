"""Searches: which schedule is tried next.

Each has `start()`, which gives what chooses in one execution; `export()`, what was learned from it
as plain data; `merge(data)`; `more`, whether there is something left to try; and `hook`, what
listens to an execution, or None.
"""
