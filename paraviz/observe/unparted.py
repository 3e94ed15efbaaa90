"""Python code that no signal handler and no exception from outside can part.

The interpreter looks for signals, and for exceptions that other threads raise here, in three places
only: where a function begins, behind a call, and at a jump back. So between two calls nothing
happens; a `for` takes from an iterator that calls for it, without looking; and a function whose
beginning is marked as one behind a `yield from` does not look there either.
"""

from __future__ import annotations

import sys
from time import perf_counter_ns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeVar

    Function = TypeVar("Function", bound=Callable[..., Any])

_RESUME = (lambda: None).__code__.co_code[0]
"""What each function begins with, behind its cells."""
_AT_BEGIN, _BEHIND_YIELD_FROM = 0, 2

STAMPS: Iterator[int] = iter(perf_counter_ns, None)
"""The clock, read by taking one."""


def at_once(function: Function) -> Function:
    """The same function, which begins without looking for signals."""
    code = function.__code__
    steps = bytearray(code.co_code)
    for at in range(0, len(steps), 2):
        if steps[at] == _RESUME:
            if steps[at + 1] == _AT_BEGIN and sys.implementation.name == "cpython":
                steps[at + 1] = _BEHIND_YIELD_FROM
                function.__code__ = code.replace(co_code=bytes(steps))
            break
    return function
