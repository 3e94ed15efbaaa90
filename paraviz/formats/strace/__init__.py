"""Traces of system calls by strace."""
