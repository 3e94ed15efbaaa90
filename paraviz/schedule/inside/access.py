"""What the next instruction touches that may be shared: evaluated where a worker stands.

An expression is what `plans` makes of the values on the interpreter's stack, as far as it can be
known without running anything: ("l", local), ("g", global), ("c", constant), ("a", expression,
attribute), ("i", expression, key), ("m", expression, method), ("it", expression). A probe is a
function of a frame and its locals that gives an operation, or None.
"""

from __future__ import annotations

import functools
import threading
import types
from collections import deque

from paraviz.schedule.inside import words
from paraviz.schedule.inside.own import is_own

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Any

    from paraviz.schedule.inside.operations import Operation

    Expression = tuple[Any, ...]
    Probe = Callable[[FrameType, Any], "Operation | None"]

CONTAINERS = (list, dict, set, bytearray, deque)
PLAIN = (int, str, float, bool, bytes, complex, type(None), tuple, frozenset, range, slice)
CALLABLES = (
    types.FunctionType,
    types.BuiltinFunctionType,
    types.MethodType,
    staticmethod,
    classmethod,
    property,
)
READERS = words(
    "get keys values items index count copy issubset issuperset isdisjoint union "
    "intersection difference find startswith __len__ __contains__ __getitem__ __iter__ "
    "read getvalue"
)
PURE = words("range isinstance issubclass id type object super callable")
"""Built-in functions that look into nothing."""
LOOKERS = words(
    "len sum max min sorted list tuple set dict frozenset str repr print any all "
    "enumerate zip map filter reversed iter bool hash format bytes float int abs round "
    "join"
)
"""Those that look into what they are given, and change nothing."""

written: set[str] = set()
"""Names, of variables and attributes, that the program's code stores to."""


class State:
    """What changes while programs run."""

    stored_by_module = False
    """Whether a module's own body stores a name while other workers live."""


others_live: Callable[[], bool] = lambda: False  # noqa: E731


class Unknown(Exception):
    """An expression cannot be evaluated without running something."""


class NAMES:
    """Stands for all cells: closures are told apart by the names of their variables."""


class _Miss:
    """Stands for what is not there."""


_Cached: Any = type(functools.lru_cache(len))
_OWN_DICT = object.__getattribute__


def evaluate(expression: Expression, local: Any, names: Any) -> Any:
    """Its value. Raises Unknown."""
    kind = expression[0]
    if kind == "l":
        try:
            return local[expression[1]]
        except KeyError:
            raise Unknown from None
    if kind == "c":
        return expression[1]
    if kind == "g":
        try:
            return names[expression[1]]
        except KeyError:
            raise Unknown from None
    base = evaluate(expression[1], local, names)
    if kind == "a":
        space = space_of(base)
        if space is not None and expression[2] in space:
            return space[expression[2]]
        if isinstance(base, PLAIN):
            raise Unknown
        found = static(base if isinstance(base, type) else type(base), expression[2])
        if isinstance(found, types.MemberDescriptorType):
            try:
                return found.__get__(base)
            except AttributeError:
                raise Unknown from None
        if found is not _Miss and not hasattr(type(found), "__get__"):
            return found
    if kind == "i" and type(base) in (list, tuple, dict):
        try:
            return base[evaluate(expression[2], local, names)]
        except Unknown:
            raise
        except Exception:
            raise Unknown from None
    raise Unknown


def space_of(base: Any) -> Any:
    """The dictionary of its attributes, or None. Runs no code of the program's."""
    if isinstance(base, types.ModuleType):
        return base.__dict__
    if isinstance(base, (*PLAIN, type)):
        return None
    try:
        return _OWN_DICT(base, "__dict__")
    except AttributeError:
        return None


def static(kind: type, name: str) -> Any:
    """A class's attribute as it stands in the dictionary that has it, or _Miss."""
    for each in kind.__mro__:
        found = each.__dict__.get(name, _Miss)
        if found is not _Miss:
            return found
    return _Miss


def owner(kind: type, name: str) -> type | None:
    """The class that has it."""
    for each in kind.__mro__:
        if name in each.__dict__:
            return each
    return None


def text(expression: Expression | None) -> str:
    """As the program has it, about."""
    if expression is None:
        return "?"
    kind = expression[0]
    if kind in "lg":
        return str(expression[1])
    if kind == "c":
        return repr(expression[1])[:30]
    if kind in ("a", "m"):
        return f"{text(expression[1])}.{expression[2]}"
    if kind == "i":
        return f"{text(expression[1])}[{text(expression[2])}]"
    return text(expression[1])


def attribute(kind: str, base: Expression, name: str, label: str) -> Probe:
    """A read or a write of an attribute."""

    def probe(frame: FrameType, local: Any) -> Operation | None:
        try:
            thing = evaluate(base, local, frame.f_globals)
        except Unknown:
            return kind, None, name, label
        if isinstance(thing, types.ModuleType):
            file = getattr(thing, "__file__", None)
            return (kind, thing.__dict__, name, label) if file and is_own(file) else None
        if isinstance(thing, (*PLAIN, threading.local)):
            return None
        if isinstance(thing, type):
            home = owner(thing, name)
            if kind == "R" and home is not None and isinstance(home.__dict__[name], CALLABLES):
                return None
            return kind, thing if home is None else home, name, label
        if isinstance(thing, CALLABLES):
            return (kind, thing, name, label) if kind == "W" else None
        found = static(type(thing), name)
        if found is _Miss or isinstance(
            found, (types.MemberDescriptorType, types.GetSetDescriptorType)
        ):
            return kind, thing, name, label
        if isinstance(found, CALLABLES) or hasattr(type(found), "__get__"):
            # A property is code of its own; a method, or a cached property, may be put in place.
            space = space_of(thing)
            inside = space is not None and (name in space or kind == "W")
            return (kind, thing, name, label) if inside else None
        # A class's value, which an instance may have for itself: one place for all of them.
        return kind, owner(type(thing), name), name, label

    probe.reads = name if kind == "R" else ""  # type: ignore[attr-defined]
    return probe


def item(kind: str, base: Expression, key: Expression | None, label: str) -> Probe:
    """A read or a write of an item."""

    def probe(frame: FrameType, local: Any) -> Operation | None:
        try:
            thing = evaluate(base, local, frame.f_globals)
        except Unknown:
            return kind, None, None, label
        if isinstance(thing, (*PLAIN, type)):
            return None
        try:
            which = evaluate(key, local, frame.f_globals) if key is not None else None
            if not isinstance(which, PLAIN) or isinstance(which, slice):
                which = None
            new = kind == "W" and isinstance(thing, dict) and which not in thing
            if new or (isinstance(which, int) and which < 0):
                which = None
            hash(which)
        except (Unknown, TypeError):
            which = None
        return kind, thing, ("[]", which) if which is not None else None, label

    return probe


def variable(kind: str, name: str, *, is_cell: bool = False) -> Probe | None:
    """A read or a write of a global or of a closure's variable; None if nothing stores to it."""
    if name not in written:
        return None
    if is_cell:
        return lambda frame, local: (kind, NAMES, name, name)  # noqa: ARG005
    return lambda frame, local: (kind, frame.f_globals, name, name)  # noqa: ARG005


def of_module(name: str) -> Probe:
    """A module's body stores a name: an operation only while others live."""

    def probe(frame: FrameType, _local: Any) -> Operation | None:
        if name not in written:
            if not others_live():
                return None
            written.add(name)
            State.stored_by_module = True
        return "W", frame.f_globals, name, name

    return probe


def whole(expressions: list[Expression | None], label: str, kind: str = "R") -> Probe | None:
    """Operands that are looked into as a whole: their truth, their items, what they add up to."""
    known = [each for each in expressions if each is not None and each[0] in "lgai"]
    if not known:
        return None

    def probe(frame: FrameType, local: Any) -> Operation | None:
        for expression in known:
            try:
                thing = evaluate(expression, local, frame.f_globals)
            except Unknown:
                continue
            if isinstance(thing, CONTAINERS):
                return kind, thing, None, label
        return None

    return probe


def yields() -> Probe:
    """A generator hands something over: until it has, nobody else can ask it."""
    return lambda frame, local: ("W", frame, None, "yield")  # noqa: ARG005


def iterated(name: str) -> Probe:
    """The next item of an iterator that is a local: of a comprehension, of a generator."""
    from gc import get_referents

    def probe(_frame: FrameType, local: Any) -> Operation | None:
        thing = local.get(name)
        if thing is None or isinstance(thing, types.GeneratorType):
            return None
        for each in get_referents(thing):
            if isinstance(each, CONTAINERS):
                return "R", each, None, "next item"
        return None

    return probe


def call(target: Expression | None, arguments: list[Expression | None], label: str) -> Probe | None:
    """A call: of a container's method, or of a function that may look into what it is given."""
    if target is None:
        return whole(arguments, label)
    if target[0] == "m":
        return _method(target[1], target[2], arguments, label)
    if target[0] == "g":
        name = target[1]
        if name in PURE:
            return None
        by_name = ("setattr", "getattr", "hasattr", "delattr")
        if name in by_name and len(arguments) > 1 and arguments[0] is not None:
            given = arguments[1]
            which = given[1] if given is not None and given[0] == "c" else None
            kind = "W" if name[0] in "sd" else "R"
            if kind == "W" and which:
                written.add(which)
            if isinstance(which, str):
                return attribute(kind, arguments[0], which, f"{name}({text(arguments[0])})")
        if name in LOOKERS:
            return whole(arguments, label)
    known = [each for each in arguments if each is not None and each[0] in "lgai"]

    def probe(frame: FrameType, local: Any) -> Operation | None:
        try:
            function = evaluate(target, local, frame.f_globals)
        except Unknown:
            function = None
        if isinstance(function, _Cached):
            return "W", function, None, label
        if isinstance(function, types.MethodType):
            function = function.__func__
        if isinstance(function, types.FunctionType) and is_own(function.__code__.co_filename):
            return None
        if isinstance(function, type) and is_own(_file_of(function)):
            return None
        for expression in known:
            try:
                thing = evaluate(expression, local, frame.f_globals)
            except Unknown:
                continue
            if isinstance(thing, CONTAINERS) or _is_opaque(thing):
                return "W", thing, None, label
            if isinstance(thing, types.GeneratorType):
                # As `yields` has it.
                return "W", thing.gi_frame or thing, None, label
        return None

    return probe


def _method(
    base: Expression, name: str, arguments: list[Expression | None], label: str
) -> Probe | None:
    given = whole(arguments, label)

    def probe(frame: FrameType, local: Any) -> Operation | None:
        try:
            thing = evaluate(base, local, frame.f_globals)
        except Unknown:
            return None
        if isinstance(thing, CONTAINERS):
            found = static(type(thing), name)
            if not isinstance(found, types.FunctionType) or not is_own(found.__code__.co_filename):
                return "R" if name in READERS else "W", thing, None, label
        elif _is_opaque(thing) or isinstance(thing, types.GeneratorType):
            return "R" if name in READERS else "W", thing, None, label
        elif isinstance(thing, types.ModuleType) and given is not None:
            operation = given(frame, local)
            return None if operation is None else ("W", *operation[1:])
        return given(frame, local) if given is not None else None

    return probe


def _file_of(kind: type) -> str:
    import sys

    module = sys.modules.get(kind.__module__)
    return getattr(module, "__file__", None) or ""


_opaque: dict[type, bool] = {}


def _is_opaque(thing: Any) -> bool:
    """Whether it is an object of C with a state of its own, such as an iterator or an array."""
    kind = type(thing)
    known = _opaque.get(kind)
    if known is None:
        known = _opaque[kind] = kind.__module__ in _C_MODULES and kind.__name__ not in _HARMLESS
    return known


_C_MODULES = frozenset(("array", "itertools", "_io", "_csv", "_random", "random", "_struct"))
_HARMLESS = frozenset(("Struct",))
