"""The pytest plugin: the fixture `explore`, `@pytest.mark.explore`, and `--schedule`.

It imports nothing of paraviz until a test explores.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from paraviz.testing.exploring import Explore


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--schedule`."""
    group = parser.getgroup("paraviz")
    group.addoption(
        "--schedule",
        metavar="TOKEN",
        default="",
        help="run tests that explore along this schedule alone, which a failure told",
    )


def pytest_configure(config: pytest.Config) -> None:
    """The mark."""
    words = "explore(time_limit=10, schedules=0, search='auto'): run the test under all schedules"
    config.addinivalue_line("markers", words)


@pytest.fixture(name="explore")
def explore_fixture(request: pytest.FixtureRequest) -> Explore:
    """`explore(function, *arguments, **named)` runs a function under all schedules of its threads;
    a fault in any of them fails the test."""
    from paraviz.testing.exploring import Explore

    return Explore(request.node, request.config.getoption("--schedule"))


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> object:
    """A test with the mark is explored as a whole."""
    mark = pyfuncitem.get_closest_marker("explore")
    if mark is None:
        return None
    from paraviz.testing.exploring import Explore

    how: dict[str, Any] = dict(mark.kwargs)
    explored = Explore(pyfuncitem, pyfuncitem.config.getoption("--schedule"))
    explored.whole(**how)
    return True
