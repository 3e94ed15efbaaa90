"""Compare what there is to compare, print a table; exit code 1 where something differs unexplained.

python -m tools.conformance [--bounded] [--module NAME]…
"""

from __future__ import annotations

import argparse
import platform
import signal
import sys
from collections.abc import Iterable, Sequence

from tools.conformance.comparing import Comparison, Difference, compare
from tools.conformance.exceptions import Listed, listed
from tools.conformance.modules import BOUNDED, WHOLE

_COLUMNS = (
    "module",
    "tests",
    "same",
    "listed",
    "varied",
    "different",
    "plain s",
    "observed s",
    "events",
    "dropped",
)
_WIDTHS = (-38, 6, 6, 7, 7, 10, 8, 11, 10, 8)


def main() -> int:
    """The exit code."""
    # A job in the background is started deaf to Ctrl-C, and tests that send it would never end.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    arguments = _arguments()
    selections = [
        selection
        for selection in (BOUNDED if arguments.bounded else WHOLE)
        if not arguments.modules or selection.name in arguments.modules
    ]
    exceptions = listed()
    print(f"Python {platform.python_version()}\n{_row(_COLUMNS)}", flush=True)
    comparisons = []
    for selection in selections:
        if not selection.shipped:
            print(f"{selection.name:38} not shipped with this interpreter", flush=True)
            continue
        comparison = compare(selection, exceptions)
        comparisons.append(comparison)
        print(_row(_cells(comparison)), flush=True)
    print("\n".join(_told(comparisons)))
    if not (arguments.modules or arguments.bounded):
        print("\n".join(_idle(exceptions, comparisons)))
    return int(any(comparison.different for comparison in comparisons))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.conformance", description=__doc__)
    parser.add_argument("--bounded", action="store_true", help="the part that the test suite runs")
    parser.add_argument(
        "--module",
        action="append",
        dest="modules",
        choices=sorted({selection.name for selection in (*WHOLE, *BOUNDED)}),
        metavar="NAME",
        help="this one only; may be given more than once",
    )
    return parser.parse_args()


def _row(cells: Iterable[str]) -> str:
    """Cells in columns: numbers to the right."""
    pairs = zip(cells, _WIDTHS, strict=True)
    return "".join(
        f"{cell:<{-width}}" if width < 0 else f"{cell:>{width}}" for cell, width in pairs
    )


def _cells(comparison: Comparison) -> tuple[str, ...]:
    counts = (
        comparison.tests,
        comparison.same,
        len(comparison.listed),
        len(comparison.varied),
        len(comparison.different),
    )
    plain, observed = comparison.plain, comparison.observed
    seconds = f"{plain.seconds:.1f}", f"{observed.seconds:.1f}"
    events = f"{observed.events:,}", f"{observed.dropped:,}"
    return (comparison.selection.name, *map(str, counts), *seconds, *events)


def _told(comparisons: Sequence[Comparison]) -> Iterable[str]:
    """What the table only counts, by name."""
    for comparison in comparisons:
        if comparison.failing:
            name = comparison.selection.name
            yield f"\n{name}: {comparison.failing} fail, observed as plain"
        for reason, difference in comparison.listed:
            yield f"\nlisted: {_in_words(difference)}\n  {reason.reason}"
        for difference in comparison.varied:
            yield f"\nvaried: {_in_words(difference)}"
        for difference in comparison.different:
            why = difference.observed.why or difference.plain.why
            yield f"\ndifferent: {_in_words(difference)}\n{why}"


def _in_words(difference: Difference) -> str:
    plain, observed = difference.plain.kind, difference.observed.kind
    return f"{difference.test}: plain {plain}, observed {observed}"


def _idle(exceptions: Sequence[Listed], comparisons: Sequence[Comparison]) -> Iterable[str]:
    """Exceptions that no difference asked for."""
    used = {one for one in exceptions if not one.run}
    used |= {reason for comparison in comparisons for reason, _ in comparison.listed}
    for one in exceptions:
        if one not in used:
            yield f"listed in vain this time: {one.test}"


if __name__ == "__main__":
    sys.exit(main())
