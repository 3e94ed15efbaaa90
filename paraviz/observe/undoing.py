"""Taking probes back: what they replaced in modules, classes and streams of the standard library.

Nothing is asked of the probes: before they are installed it is written down what everything is, and
afterwards what is otherwise. What somebody has replaced since is theirs and stays, with ours below
it. Our marks, numbers under names that begin with `_paraviz`, stay as well: a thread that waits in
a probe while it is taken back reads them yet.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import TracebackType
    from typing import Any

_MARK = "_paraviz"
_KIN = frozenset(("multiprocess", "billiard", "loky", "joblib", "paraviz"))
_NOTHING: Any = object()
"""In place of the value of what is not there."""


class Change:
    """One attribute that is otherwise."""

    __slots__ = ("after", "before", "name", "owner")

    def __init__(self, owner: Any, name: str, before: Any, after: Any) -> None:
        self.owner = owner
        self.name = name
        self.before = before
        self.after = after

    def take_back(self) -> None:
        """As it was, unless somebody else has changed it since."""
        self._put(self.after, self.before)

    def make_again(self) -> None:
        """Ours again, unless somebody has changed it since."""
        self._put(self.before, self.after)

    def _put(self, expected: Any, wanted: Any) -> None:
        if vars(self.owner).get(self.name, _NOTHING) is not expected:
            return
        try:
            if wanted is _NOTHING:
                _delete(self.owner, self.name)
            else:
                _set(self.owner, self.name, wanted)
        except (AttributeError, TypeError):
            return


class Changes:
    """What was changed while one of these was entered."""

    def __init__(self) -> None:
        self.all: list[Change] = []
        self._before: list[tuple[Any, dict[str, Any]]] | None = None

    def __enter__(self) -> None:
        self._before = _everything()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        before, self._before = self._before, None
        for owner, attributes in before or ():
            now = dict(vars(owner))
            for name, value in now.items():
                was = attributes.get(name, _NOTHING)
                if was is not value and not (was is _NOTHING and name.startswith(_MARK)):
                    self.all.append(Change(owner, name, was, value))

    @property
    def is_entered(self) -> bool:
        """Whether it is written down already what everything was."""
        return self._before is not None

    def take_back(self) -> None:
        """Everything as it was, the last first."""
        for change in reversed(self.all):
            change.take_back()

    def make_again(self) -> None:
        """Everything ours again."""
        for change in self.all:
            change.make_again()


def _everything() -> list[tuple[Any, dict[str, Any]]]:
    """All that a probe may change, and what it is."""
    seen: set[int] = set()
    found = []
    for owner in _owners():
        if id(owner) not in seen:
            seen.add(id(owner))
            found.append((owner, dict(vars(owner))))
    return found


def _owners() -> Iterator[Any]:
    for name, module in list(sys.modules.items()):
        root = name.partition(".")[0]
        if module is None or not (root in sys.stdlib_module_names or root in _KIN):
            continue
        if name.startswith("paraviz."):
            continue
        try:
            attributes = vars(module)
        except TypeError:
            continue
        yield module
        # A type that cannot be changed need not be looked at.
        yield from (
            value
            for value in list(attributes.values())
            if isinstance(value, type) and value.__flags__ & _CHANGEABLE
        )
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if hasattr(stream, "__dict__"):
            yield stream


_CHANGEABLE = 1 << 9
"""Py_TPFLAGS_HEAPTYPE."""


def _set(owner: Any, name: str, value: Any) -> None:
    if isinstance(owner, type):
        type.__setattr__(owner, name, value)
    else:
        setattr(owner, name, value)


def _delete(owner: Any, name: str) -> None:
    if isinstance(owner, type):
        type.__delattr__(owner, name)
    else:
        delattr(owner, name)
