"""A look at a Python program that runs already: nothing runs in it, and it is not stopped.

Its threads, their frames and what they wait for are read from its memory by /proc/<pid>/mem; what
holds them up is put together from the frames of all threads and from /proc. Whatever stands in that
memory is a stranger's: each read is bounded, and what leads nowhere is not said.
"""
