"""What lives in the processes that are steered: the standard library only.

`watching` outlives the rest and ends it; `trunk` runs the program up to its first thread, and is
forked there for each execution; `steered` is one execution that asks at each step who goes on.
"""
