"""Sleeps of every kind, allowed or not; says how often a number was asked for."""

import time
from fractions import Fraction


class Counting:
    asked = 0

    def __float__(self):
        Counting.asked += 1
        return 0.001

    def __index__(self):
        Counting.asked += 1
        return 0


class Longer(float):
    pass


for each in (0, 0.002, False, Longer(0.001), Fraction(1, 1000), Counting()):
    try:
        print(repr(time.sleep(each)))
    except TypeError as error:
        print(type(each).__name__, error)
for each in (-1, -0.5, float("nan"), float("inf"), 1e300, 10**30, "1", None, 1j):
    try:
        time.sleep(each)
    except Exception as error:
        print(repr(each), type(error).__name__, error)
print(Counting.asked)
