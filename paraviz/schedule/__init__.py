"""Schedules: a plain program run again and again under control, each time with another order of its
threads' steps.

`inside` lives in the process that runs the program; what stands here starts it, listens to it, and
says what came out.
"""
