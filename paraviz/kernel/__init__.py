"""The operating system's own record of who ran when: context switches, taken from outside.

Importing this package imports neither NumPy nor ctypes; its modules do what they need.
"""
