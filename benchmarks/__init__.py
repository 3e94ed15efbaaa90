"""What observing costs. `python -m benchmarks [NAME…]` prints JSON.

Machines are noisy: every figure stands beside its reference, measured in the same run, and what is
to be reached is a ratio.
"""
