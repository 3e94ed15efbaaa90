"""`functools.lru_cache` under control: to look a result up is a step, and to keep it another."""

from __future__ import annotations

import functools
from collections import OrderedDict

from paraviz.schedule.inside.engine import running
from paraviz.schedule.inside.names import born
from paraviz.schedule.inside.own import is_own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_MISS = object()
_real: Any = functools._lru_cache_wrapper


class Cache:
    """What one function's results are kept in, as an object of operations."""

    _schedule_name: Any = None
    _schedule_site: Any = None

    def __init__(self) -> None:
        self.results: OrderedDict[Any, Any] = OrderedDict()
        self.hits = self.misses = 0
        born(self)

    def step(self, kind: str, what: str) -> None:
        """Stop there."""
        engine = running()
        if engine is not None and not engine.is_over:
            engine.stop((kind, self, None, what))


def _wrapper(
    function: Callable[..., Any], maxsize: int | None, typed: bool, info: Any
) -> Callable[..., Any]:
    """In place of the one in C, which cannot be stopped in; a library's stay as they are."""
    code = getattr(function, "__code__", None)
    if code is None or not is_own(code.co_filename):
        return _real(function, maxsize, typed, info)  # type: ignore[no-any-return]
    cache = Cache()
    make_key: Any = functools._make_key

    def wrapper(*arguments: Any, **named: Any) -> Any:
        key = make_key(arguments, named, typed)
        # Which results are dropped first hangs on who was looked up last.
        cache.step("R" if maxsize is None else "W", "look up a kept result")
        found = cache.results.get(key, _MISS)
        if found is not _MISS:
            cache.hits += 1
            if maxsize is not None:
                cache.results.move_to_end(key)
            return found
        cache.misses += 1
        result = function(*arguments, **named)
        if maxsize == 0:
            return result
        cache.step("W", "keep a result")
        cache.results.setdefault(key, result)
        if maxsize is None:
            cache.results[key] = result
        elif len(cache.results) > maxsize:
            cache.results.popitem(last=False)
        return result

    def cache_info() -> Any:
        cache.step("R", "ask about kept results")
        return info(cache.hits, cache.misses, maxsize, len(cache.results))

    def cache_clear() -> None:
        cache.step("W", "forget kept results")
        cache.results.clear()
        cache.hits = cache.misses = 0

    made: Any = wrapper
    made.cache_info, made.cache_clear = cache_info, cache_clear
    return wrapper


def install() -> None:
    """Once, before the program is loaded."""
    module: Any = functools
    module._lru_cache_wrapper = _wrapper
