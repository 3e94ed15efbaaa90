"""What differs between plain runs and observed ones, and what cannot be compared.

What plain runs have in common is what observed ones are to have, too: the same bytes, or else the
same lines in some order, or else the same bytes in some order. What plain runs differ in among
themselves tells nothing.
"""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from paraviz.text.translation import Phrase, phrase

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from paraviz.verifying.running import Run

_SHOWN = 80
_OUTPUTS = ("stdout", "stderr")


class Compared(Struct, frozen=True):
    """What came of it."""

    plain: tuple[Run, ...]
    observed: tuple[Run, ...]
    differs: tuple[tuple[str, Phrase], ...]
    """What differs: of which kind, and a sentence."""
    not_comparable: tuple[tuple[str, Phrase], ...]
    """What plain runs differ in already."""
    in_other_order: tuple[str, ...]
    """Of which output plain runs have the same lines, yet in other orders."""

    @property
    def exit_code(self) -> int:
        """1 where something differs."""
        return 1 if self.differs else 0


def compared(runs: Sequence[Run]) -> Compared:
    """Compare runs, some of them plain and some observed."""
    plain = tuple(run for run in runs if run.how == "plain")
    observed = tuple(run for run in runs if run.how == "observed")
    differs: list[tuple[str, Phrase]] = []
    unclear: list[tuple[str, Phrase]] = []
    reordered: list[str] = []
    for kind, value in _VALUES:
        expected, found = _all(plain, value), _all(observed, value)
        if len(expected) == 1:
            if found - expected:
                differs.append((kind, _told(kind, expected, found - expected)))
        elif kind in _OUTPUTS and (order := _order_of(plain, value)) is not None:
            reordered.append(kind)
            if _all(observed, order) != _all(plain, order):
                differs.append((kind, _told(kind, expected, found - expected)))
        elif found - expected:
            words = phrase("{what}: plain runs differ among themselves", what=kind)
            unclear.append((kind, words))
    return Compared(plain, observed, tuple(differs), tuple(unclear), tuple(reordered))


_VALUES: tuple[tuple[str, Callable[[Run], object]], ...] = (
    ("exit code", lambda run: run.code),
    ("exceptions", lambda run: run.exceptions),
    ("stdout", lambda run: (run.out, run.sizes[0])),
    ("stderr", lambda run: (run.err, run.sizes[1])),
    ("files", lambda run: tuple(sorted(run.files.items()))),
)


def _all(runs: Sequence[Run], value: Callable[[Run], Any]) -> set[Any]:
    return {value(run) for run in runs}


def _order_of(plain: Sequence[Run], value: Callable[[Run], Any]) -> Callable[[Run], Any] | None:
    """What plain runs have in common of an output in orders of their own: lines, or bytes."""

    def lines(run: Run) -> object:
        text, size = value(run)
        return frozenset(Counter(text.splitlines()).items()), size

    def letters(run: Run) -> object:
        text, size = value(run)
        return frozenset(Counter(text).items()), size

    return next((each for each in (lines, letters) if len(_all(plain, each)) == 1), None)


def _told(kind: str, expected: set[Any], found: set[Any]) -> Phrase:
    """One sentence with an example of each."""
    one, other = next(iter(expected)), next(iter(found))
    if kind in _OUTPUTS:
        one, other = _first_difference(one[0], other[0])
    elif kind == "files":
        names = sorted({name for name, _digest in set(one) ^ set(other)})
        words = "files: {names} differ"
        return phrase(words, names=", ".join(names)[:_SHOWN])
    words = "{what}: plain {before}, observed {after}"
    return phrase(words, what=kind, before=_short(one), after=_short(other))


def _first_difference(one: bytes, other: bytes) -> tuple[bytes, bytes]:
    """The first line that differs, of both."""
    a, b = one.splitlines(), other.splitlines()
    pairs = enumerate(zip(a, b, strict=False))
    at = next((number for number, (x, y) in pairs if x != y), min(len(a), len(b)))
    return (a[at] if at < len(a) else b""), (b[at] if at < len(b) else b"")


def _short(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    elif isinstance(value, tuple):
        value = ", ".join(each.decode("utf-8", "replace") for each in value)
    return repr(value)[:_SHOWN] if value is not None else "…"


def as_json(found: Compared, program: str) -> dict[str, Any]:
    """All of it for machines."""

    def runs(of: Sequence[Run]) -> list[dict[str, Any]]:
        return [
            {
                "exit_code": run.code,
                "stdout_bytes": run.sizes[0],
                "stderr_bytes": run.sizes[1],
                "exceptions": [each.decode("utf-8", "replace") for each in run.exceptions],
                "files": sorted(run.files),
                "wall_s": round(run.wall_s, 4),
                "cpu_s": round(run.cpu_s, 4),
            }
            for run in of
        ]

    return {
        "program": program,
        "same": not found.differs,
        "runs": len(found.observed),
        "differs": [{"what": kind, "text": told.english} for kind, told in found.differs],
        "not_comparable": [
            {"what": kind, "text": told.english} for kind, told in found.not_comparable
        ],
        "in_other_order": list(found.in_other_order),
        "wall": _ratio([r.wall_s for r in found.plain], [r.wall_s for r in found.observed]),
        "cpu": _ratio([r.cpu_s for r in found.plain], [r.cpu_s for r in found.observed]),
        "plain": runs(found.plain),
        "observed": runs(found.observed),
    }


def _ratio(plain: Sequence[float], observed: Sequence[float]) -> dict[str, float]:
    a, b = median(plain), median(observed)
    return {"plain": round(a, 4), "observed": round(b, 4), "ratio": round(b / max(a, 1e-9), 2)}
