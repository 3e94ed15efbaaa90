"""Begins a Python that the program has started by itself, observed.

    python [OPTIONS] follow.py ORDER python [OPTIONS] PROGRAM [ARGS...]

Behind the order stands the command line as the program gave it. An interpreter that cannot be
observed runs that plain: it takes this one's place. So any version of Python has to be able to read
this file, which therefore has no annotations.
"""

# mypy: ignore-errors
import os
import sys


def _begin():
    if not getattr(sys.flags, "safe_path", False):
        del sys.path[0]
    order, original = sys.argv[1], sys.argv[2:]
    try:
        if sys.version_info < (3, 11) or sys.implementation.name != "cpython":
            raise ImportError("this Python cannot be observed")
        from importlib.util import module_from_spec, spec_from_file_location

        host = os.path.join(os.path.dirname(os.path.abspath(__file__)), "host.py")
        spec = spec_from_file_location("paraviz_child", host)
        module = module_from_spec(spec)
        spec.loader.exec_module(module)
        return module.follow(order, original)
    except Exception:
        os.execv(sys.executable, original)


_begin()()
