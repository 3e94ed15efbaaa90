"""Targets: what of the standard library the probes replace or rely on, and whether this Python has
it as they know it.

Each function that installs a probe declares its targets. Where one of them is gone, takes other
arguments or works in another way, the probe stays away and says so in a notice; so does one whose
installing raises. A target is written

    threading.Thread.join                          it is there
    threading.Thread.join(self, timeout)           and takes these arguments
    threading.Condition.wait: _acquire_restore     and its code uses these names

and may name several, parted by ` | `, of which one is enough. What somebody has wrapped already, so
that its code does not show, is taken to be as it was. A target in `multiprocessing` is one in the
package of the module that the function is handed, where that is kin of it.
"""

from __future__ import annotations

import functools
import sys
from types import ModuleType

from paraviz.observe.kin import ALL, in_package, package_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import CodeType
    from typing import Any, TypeVar

    Install = TypeVar("Install", bound=Callable[..., Any])

DECLARED: dict[str, tuple[str, ...]] = {}
"""All targets, by the function that declares them."""
_TAKES_ANYTHING = 0x04 | 0x08
"""The flags of code that has `*args` or `**kwargs`."""
_notice: Callable[[str], None] = print


def tell_by(notice: Callable[[str], None]) -> None:
    """From now on probes that are off say so by this function."""
    global _notice
    _notice = notice


def needs(*targets: str) -> Callable[[Install], Install]:
    """The decorated function installs a probe, and is called only where all targets are as they
    are known. The first of them is the probe's name."""

    def decorator(install: Install) -> Install:
        DECLARED[f"{install.__module__}.{install.__qualname__}"] = targets
        name = _name(targets[0])

        @functools.wraps(install)
        def checked(*args: Any, **kwargs: Any) -> None:
            package = next(
                (package_of(each.__name__) for each in args if isinstance(each, ModuleType)), ""
            )
            is_kin = package in ALL
            try:
                here = [in_package(each, package) for each in targets] if is_kin else targets
                reason = next(filter(None, map(change, here)), "")
                if not reason:
                    install(*args, **kwargs)
                    return
            except Exception as error:
                reason = f"{type(error).__name__}: {error}"
            _notice(
                f"the probe for {in_package(name, package) if is_kin else name} is off: {reason}"
            )

        return checked  # type: ignore[return-value]

    return decorator


def change(target: str) -> str:
    """What is not as it was, or "" if all is well."""
    reasons = [_change(one.strip()) for one in target.split(" | ")]
    return "" if "" in reasons else reasons[0]


def _change(target: str) -> str:
    path, _, used = target.partition(": ")
    path, has_arguments, arguments = path.partition("(")
    version = ".".join(map(str, sys.version_info[:3]))
    try:
        found = _found(path)
    except LookupError:
        return f"Python {version} has no {path}"
    if has_arguments and not _takes(found, arguments.rstrip(")")):
        return f"{path} takes other arguments in Python {version}"
    if used and not _uses(found, used.split()):
        return f"{path} works in another way in Python {version}"
    return ""


def _name(target: str) -> str:
    return target.partition(" | ")[0].partition(":")[0].partition("(")[0]


def _found(path: str) -> Any:
    """What is known by a dotted name, without importing anything. Raises LookupError."""
    module, dot, rest = path, "", ""
    while module not in sys.modules:
        module, dot, name = module.rpartition(".")
        if not dot:
            raise LookupError(path)
        rest = f"{name}.{rest}" if rest else name
    found: Any = sys.modules[module]
    for name in filter(None, rest.split(".")):
        try:
            found = getattr(found, name)
        except AttributeError:
            raise LookupError(path) from None
    return found


def _takes(found: Any, arguments: str) -> bool:
    code = getattr(found, "__code__", None)
    if code is None or code.co_flags & _TAKES_ANYTHING:
        return True
    count = code.co_argcount + code.co_kwonlyargcount
    return ", ".join(code.co_varnames[:count]) == arguments


def _uses(found: Any, names: list[str]) -> bool:
    codes = list(_codes(found))
    used = {
        name for code in codes for name in (*code.co_names, *code.co_varnames, *code.co_cellvars)
    }
    return not codes or used.issuperset(names)


def _codes(found: Any) -> Iterator[CodeType]:
    """The code of a function, or of all methods of a class, with what is defined inside."""
    if isinstance(found, type):
        for method in vars(found).values():
            if not isinstance(method, type):
                yield from _codes(method)
        return
    while hasattr(found, "__wrapped__"):
        found = found.__wrapped__
    left = [code] if (code := getattr(found, "__code__", None)) is not None else []
    while left:
        yield (code := left.pop())
        left += [inner for inner in code.co_consts if hasattr(inner, "co_names")]
