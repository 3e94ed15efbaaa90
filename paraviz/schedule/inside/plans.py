"""The plan of a code object: at which instructions something is touched that may be shared.

Made once for each code object, by going through its instructions with a small stack of
expressions. What is not understood is unknown, and touches nothing by itself.
"""

from __future__ import annotations

import dis
import sys

from paraviz.schedule.inside import access, words
from paraviz.schedule.inside.pure import OFF, only_computes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import Any

    from paraviz.schedule.inside.access import Expression, Probe

VERSION = sys.version_info[:2]
_SKIPPED = words(
    "CACHE NOT_TAKEN RESUME NOP EXTENDED_ARG PRECALL KW_NAMES MAKE_CELL COPY_FREE_VARS "
    "SETUP_ANNOTATIONS"
)
_LOADS = frozenset(
    [
        "LOAD_FAST",
        "LOAD_FAST_CHECK",
        "LOAD_FAST_AND_CLEAR",
        "LOAD_FAST_BORROW",
        "LOAD_CLOSURE",
    ]
)
_PAIRS = frozenset(("LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW"))
_TESTS = words(
    "UNARY_NOT TO_BOOL UNARY_NEGATIVE UNARY_INVERT UNARY_POSITIVE FORMAT_VALUE "
    "FORMAT_SIMPLE CONVERT_VALUE"
)
_ENDS = frozenset(["RETURN_VALUE", "RAISE_VARARGS", "RERAISE", "RETURN_CONST"])
_GENERATOR = 0x20
"""The flag of a generator's code."""
_plans: dict[CodeType, dict[int, Probe]] = {}


def plan(code: CodeType) -> dict[int, Probe]:
    """Offset of an instruction → what tells what it touches."""
    found = _plans.get(code)
    if found is None:
        found = _plans[code] = (
            {} if OFF in code.co_names or only_computes(code) else _Reader(code).read()
        )
    return found


def forget() -> None:
    """Make all plans anew: more names are stored to than was known."""
    _plans.clear()


def note_stores(code: CodeType) -> None:
    """Know the names that this code stores to."""
    for each in dis.get_instructions(code):
        name = each.opname
        if name in ("STORE_GLOBAL", "STORE_DEREF", "DELETE_GLOBAL", "DELETE_DEREF") or name in (
            "STORE_ATTR",
            "DELETE_ATTR",
        ):
            access.written.add(each.argval)


class _Reader:
    """Goes through one code object."""

    def __init__(self, code: CodeType) -> None:
        self.code = code
        self.out: dict[int, Probe | None] = {}
        self.stack: list[Expression | None] = []
        self.at_jumps: dict[int, list[Expression | None]] = {}
        self.is_dead = False

    def read(self) -> dict[int, Probe]:
        """The plan."""
        note_stores(self.code)
        for each in dis.get_instructions(self.code):
            if each.is_jump_target:
                self._merge(each)
            self.is_dead = False
            if each.opname not in _SKIPPED:
                self._take(each)
        return {
            offset: probe
            for offset, probe in self.out.items()
            if probe is not None
            and not (getattr(probe, "reads", "") and probe.reads not in access.written)  # type: ignore[attr-defined]
        }

    def _merge(self, each: dis.Instruction) -> None:
        """Two ways meet here: what they do not agree on is unknown."""
        there = self.at_jumps.get(each.offset)
        if self.is_dead:
            self.stack = list(there or [])
        elif each.opname != "FOR_ITER" and self.stack:
            same = there is not None and len(there) == len(self.stack)
            if not (same and there is not None and there[-1] == self.stack[-1]):
                self.stack[-1] = None

    def pop(self) -> Expression | None:
        """The topmost value."""
        return self.stack.pop() if self.stack else None

    def _take(self, each: dis.Instruction) -> None:
        name, value, stack = each.opname, each.argval, self.stack
        if name in _LOADS:
            stack.append(("l", value))
        elif name in _PAIRS:
            stack += [("l", value[0]), ("l", value[1])]
        elif name == "STORE_FAST_LOAD_FAST":
            self.pop()
            stack.append(("l", value[1]))
        elif name == "STORE_FAST_STORE_FAST":
            self.pop()
            self.pop()
        elif name in ("LOAD_CONST", "LOAD_SMALL_INT", "LOAD_CONST_IMMORTAL"):
            stack.append(("c", value))
        elif name in ("LOAD_GLOBAL", "LOAD_NAME"):
            self._load_global(each)
        elif name in ("LOAD_DEREF", "LOAD_CLASSDEREF"):
            stack.append(("l", value))
            self.out[each.offset] = access.variable("R", value, is_cell=True)
        elif name == "STORE_NAME" and self.code.co_name == "<module>":
            self.pop()
            self.out[each.offset] = access.of_module(value)
        elif name in ("STORE_GLOBAL", "STORE_DEREF", "DELETE_GLOBAL"):
            self.pop()
            self.out[each.offset] = access.variable("W", value, is_cell=name == "STORE_DEREF")
        elif name in ("LOAD_METHOD", "LOAD_ATTR"):
            self._load_attribute(each)
        elif name in ("STORE_ATTR", "DELETE_ATTR"):
            base = self.pop()
            if name == "STORE_ATTR":
                self.pop()
            self.out[each.offset] = _attribute("W", base, value)
        elif name == "BINARY_SUBSCR" or (name == "BINARY_OP" and each.argrepr == "[]"):
            self._subscript(each)
        elif name in ("STORE_SUBSCR", "DELETE_SUBSCR"):
            key, base = self.pop(), self.pop()
            if name == "STORE_SUBSCR":
                self.pop()
            self.out[each.offset] = _item("W", base, key)
        elif name in ("STORE_SLICE", "BINARY_SLICE"):
            self.pop()
            self.pop()
            base = self.pop()
            kind = "W" if name == "STORE_SLICE" else "R"
            if kind == "W":
                self.pop()
            else:
                stack.append(None)
            self.out[each.offset] = _item(kind, base, None)
        else:
            self._take_rest(each)

    def _take_rest(self, each: dis.Instruction) -> None:
        name, count, stack = each.opname, each.arg or 0, self.stack
        if name in ("CALL", "CALL_KW"):
            self._call(each)
        elif name == "GET_ITER":
            base = self.pop()
            self.out[each.offset] = access.whole([base], "iter " + access.text(base))
            stack.append(("it", base) if base else None)
            if VERSION >= (3, 15):
                stack.append(None)
        elif name == "FOR_ITER":
            self._for_iter(each)
        elif name in ("COMPARE_OP", "CONTAINS_OP", "BINARY_OP", "IS_OP"):
            right, left = self.pop(), self.pop()
            stack.append(None)
            if name != "IS_OP":
                in_place = name == "BINARY_OP" and each.argrepr.endswith("=")
                label = f"{access.text(left)} {each.argrepr} {access.text(right)}"
                kind = "W" if in_place else "R"
                self.out[each.offset] = access.whole([left, right], label, kind)
        elif name in _TESTS:
            base = self.pop()
            self.out[each.offset] = access.whole([base], "test " + access.text(base))
            stack.append(None)
        elif "JUMP_IF" in name or "JUMP_FORWARD_IF" in name or "JUMP_BACKWARD_IF" in name:
            base = self.pop()
            if base is not None:
                self.out[each.offset] = access.whole([base], "test " + access.text(base))
            self.at_jumps.setdefault(each.argval, list(stack))
        elif name.startswith("JUMP"):
            self.at_jumps.setdefault(each.argval, list(stack))
            self._end()
        elif name in _ENDS:
            self._end()
        elif name == "YIELD_VALUE" and self.code.co_flags & _GENERATOR:
            self.pop()
            self.out[each.offset] = access.yields()
            stack.append(None)
        elif name == "COPY":
            stack.append(stack[-count] if len(stack) >= count else None)
        elif name == "SWAP":
            if len(stack) >= count:
                stack[-1], stack[-count] = stack[-count], stack[-1]
            else:
                self.stack = []
        elif name == "PUSH_NULL":
            stack.append(None)
        elif name == "UNPACK_SEQUENCE":
            base = self.pop()
            self.out[each.offset] = access.whole([base], "unpack " + access.text(base))
            stack += [None] * count
        elif name in ("LIST_EXTEND", "SET_UPDATE", "DICT_UPDATE", "DICT_MERGE"):
            base = self.pop()
            self.out[each.offset] = access.whole([base], "copy " + access.text(base))
        else:
            self._by_effect(each)

    def _by_effect(self, each: dis.Instruction) -> None:
        """What is known of an instruction is how many values it takes and leaves."""
        name, count = each.opname, each.arg
        if name.startswith("BUILD_"):
            for _ in range((count or 0) * (2 if name == "BUILD_MAP" else 1)):
                self.pop()
            self.stack.append(None)
            return
        if name == "BEFORE_WITH":
            self.pop()
            self.stack += [None, None]
            return
        try:
            effect = dis.stack_effect(each.opcode, count, jump=False)
        except ValueError:
            effect = 0
            self.stack = []
        for _ in range(-effect):
            self.pop()
        if effect == 0 and self.stack:
            self.stack[-1] = None
        self.stack += [None] * max(effect, 0)

    def _end(self) -> None:
        self.is_dead = True
        self.stack = []

    def _load_global(self, each: dis.Instruction) -> None:
        with_null = each.opname == "LOAD_GLOBAL" and (each.arg or 0) & 1
        if with_null and VERSION < (3, 13):
            self.stack.append(None)
        self.stack.append(("g", each.argval))
        self.out[each.offset] = access.variable("R", each.argval)
        if with_null and VERSION >= (3, 13):
            self.stack.append(None)

    def _load_attribute(self, each: dis.Instruction) -> None:
        name, base = each.argval, self.pop()
        usable = base is not None and base[0] not in ("it", "m")
        is_method = each.opname == "LOAD_METHOD" or (VERSION >= (3, 12) and (each.arg or 0) & 1)
        self.out[each.offset] = _attribute("R", base if usable else None, name)
        if not is_method:
            self.stack.append(("a", base, name) if usable else None)
            return
        if VERSION < (3, 13):
            self.stack.append(None)
        self.stack.append(("m", base, name) if usable else None)
        if VERSION >= (3, 13):
            self.stack.append(None)

    def _subscript(self, each: dis.Instruction) -> None:
        key, base = self.pop(), self.pop()
        usable = base is not None and base[0] in "lgai"
        key_known = key is not None and key[0] in "lgaic"
        self.stack.append(("i", base, key) if usable and key_known else None)
        self.out[each.offset] = _item("R", base, key)

    def _call(self, each: dis.Instruction) -> None:
        if each.opname == "CALL_KW":
            self.pop()
        arguments = [self.pop() for _ in range(each.arg or 0)][::-1]
        second, first = self.pop(), self.pop()
        target = second if second is not None else first
        label = access.text(target) + "()" if target else "call"
        self.out[each.offset] = access.call(target, arguments, label)
        self.stack.append(None)

    def _for_iter(self, each: dis.Instruction) -> None:
        stack = self.stack
        extra = 1 if VERSION >= (3, 15) and len(stack) > 1 else 0
        base = stack[-1 - extra] if stack else None
        if base is not None and base[0] == "it":
            self.out[each.offset] = access.whole([base[1]], "next " + access.text(base[1]))
        elif base == ("l", ".0"):
            self.out[each.offset] = access.iterated(".0")
        kept = list(stack) if VERSION >= (3, 12) else stack[:-1]
        self.at_jumps.setdefault(each.argval, kept)
        stack.append(None)


def _attribute(kind: str, base: Expression | None, name: str) -> Probe | None:
    if base is not None:
        return access.attribute(kind, base, name, f"{access.text(base)}.{name}")
    label = f"?.{name}"
    probe: Any = lambda frame, local: (kind, None, name, label)  # noqa: ARG005, E731
    probe.reads = name if kind == "R" else ""
    return probe  # type: ignore[no-any-return]


def _item(kind: str, base: Expression | None, key: Expression | None) -> Probe | None:
    if base is None or base[0] not in "lgai":
        return None
    usable = key if key is not None and key[0] in "lgaic" else None
    return access.item(kind, base, usable, f"{access.text(base)}[{access.text(key)}]")
