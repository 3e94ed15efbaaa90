"""Running tests plain and observed, and telling what differs from what only varies."""

from __future__ import annotations

import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from tools.conformance.exceptions import Listed
from tools.conformance.modules import Selection
from tools.conformance.running import END, Outcome, Results, end_all, run

RETRIES = 2
_FIXTURE = re.compile(r"(?:setUp|tearDown)(?:Class|Module) \((.+)\)")


@dataclass(frozen=True, slots=True)
class Difference:
    """A test that ended differently, the last time it did."""

    test: str
    plain: Outcome
    observed: Outcome


@dataclass(frozen=True, slots=True)
class Comparison:
    """What came of one selection."""

    selection: Selection
    same: int
    """How many tests ended the same way, at once."""
    failing: int
    """How many of these failed, observed and plain."""
    listed: tuple[tuple[Listed, Difference], ...]
    """Differences that the list of exceptions explains."""
    varied: tuple[Difference, ...]
    """Differences that were gone when the tests ran again."""
    different: tuple[Difference, ...]
    """All other differences."""
    plain: Results
    """The first run."""
    observed: Results

    @property
    def tests(self) -> int:
        """How many tests there are."""
        return self.same + len(self.listed) + len(self.varied) + len(self.different)


def compare(selection: Selection, exceptions: Sequence[Listed]) -> Comparison:
    """Run a selection both ways, and again, up to `RETRIES` times, what differs."""
    without = [one.test for one in exceptions if not one.run]
    plain, observed = _both(selection, selection.names, without)
    tests = sorted(plain.outcomes.keys() | observed.outcomes.keys())
    differing = _differing(tests, plain, observed)
    same = [test for test in tests if test not in differing]
    explained = []
    for test in list(differing):
        reason = next((one for one in exceptions if one.covers(test)), None)
        if reason is not None:
            explained.append((reason, differing.pop(test)))
    steady = dict(differing)
    for _ in range(RETRIES):
        if steady:
            steady = _again(selection, steady, without)
    return Comparison(
        selection,
        len(same),
        sum(plain.of(test).kind in ("failed", "error") for test in same),
        tuple(explained),
        tuple(one for test, one in differing.items() if test not in steady),
        tuple(steady.values()),
        plain,
        observed,
    )


def _both(
    selection: Selection, names: Sequence[str], without: Sequence[str]
) -> tuple[Results, Results]:
    """Both ways, at the same time: most tests wait rather than work."""

    def results(observed: bool) -> Results:
        return run(names, observed=observed, limit_s=selection.limit_s, without=without)

    with ThreadPoolExecutor(2) as executor:
        try:
            plain, observed = executor.map(results, (False, True))
        except BaseException:
            end_all()
            raise
    return plain, observed


def _differing(tests: Sequence[str], plain: Results, observed: Results) -> dict[str, Difference]:
    """Those that did not end the same way, or of which that cannot be said."""
    pairs = {test: (plain.of(test), observed.of(test)) for test in tests}
    return {test: Difference(test, *pair) for test, pair in pairs.items() if not _same(test, *pair)}


def _same(test: str, plain: Outcome, observed: Outcome) -> bool:
    if test == END:
        comparable = plain.kind == "exit code 0"
    elif not _is_loadable(test):
        comparable = plain.kind == "skipped"
    else:
        comparable = plain.kind not in ("begun", "missing")
    return comparable and plain.kind == observed.kind


def _again(
    selection: Selection, differing: dict[str, Difference], without: Sequence[str]
) -> dict[str, Difference]:
    """Those that differ once more."""
    # What ended the process comes last, or it would keep the others from their turn again.
    order = sorted(
        differing.values(), key=lambda one: "begun" in (one.plain.kind, one.observed.kind)
    )
    names = list(dict.fromkeys(_name(one.test) for one in order if _is_loadable(one.test)))
    plain, observed = _both(selection, names or selection.names, without)
    return _differing(list(differing), plain, observed)


def _is_loadable(test: str) -> bool:
    """Not so the end of the process, nor what stands for a module that could not be imported."""
    return test != END and not test.startswith("unittest.")


def _name(test: str) -> str:
    """What `unittest` loads a test by; of a fixture, the class or module that it is for."""
    fixture = _FIXTURE.fullmatch(test)
    return test if fixture is None else fixture[1]
