"""Exploring a test: it is run anew in a process of its own, again and again, under control."""

from __future__ import annotations

import inspect
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from paraviz.errors import ParavizError
from paraviz.programs import catalogue
from paraviz.schedule.asking import explore
from paraviz.schedule.replaying import replay
from paraviz.schedule.telling import what_is_wrong
from paraviz.testing.steps_as_text import steps_as_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraviz.schedule.replaying import Replayed
    from paraviz.schedule.result import Exploration, Outcome

_DRIVER = """\
import importlib.util, sys
_file, _name, _path, _nth, _arguments = {what!r}
class _Over(BaseException):
    pass
class _Explore:
    calls = 0
    def __call__(self, function, *arguments, time_limit=0, schedules=0, search="", **named):
        self.calls += 1
        if self.calls == _nth:
            function(*arguments, **named)
            raise _Over
_spec = importlib.util.spec_from_file_location(_name, _file)
_module = importlib.util.module_from_spec(_spec)
sys.modules[_name] = _module
_spec.loader.exec_module(_module)
_test = _module
for _part in _path:
    _test = getattr(_test, _part)
    if isinstance(_test, type):
        _test = _test()
try:
    _test(**{{name: _Explore() for name in _arguments}})
except _Over:
    pass
"""
_TIME_LIMIT_S = 10.0


class Explore:
    """What a test gets as `explore`."""

    def __init__(self, item: Any, schedule: str) -> None:
        self.item, self.schedule = item, schedule
        self.calls = 0

    def __call__(
        self,
        function: Callable[..., Any],
        *_arguments: Any,
        time_limit: float = _TIME_LIMIT_S,
        schedules: int = 0,
        search: str = "auto",
        **_named: Any,
    ) -> Exploration | None:
        """Run a function under all schedules of its threads, or as many as `time_limit` seconds or
        `schedules` allow. A fault in any of them fails the test; none among those that were tried,
        where not all were, skips it: that is no pass. What was found; None of one schedule alone.
        """
        if not callable(function):
            raise TypeError("explore takes a function, and what it is called with")
        self.calls += 1
        return self._explored(self.calls, time_limit, schedules, search)

    def whole(
        self, time_limit: float = _TIME_LIMIT_S, schedules: int = 0, search: str = "auto"
    ) -> Exploration | None:
        """The same of all that the test does."""
        return self._explored(0, time_limit, schedules, search)

    def _explored(
        self, nth: int, time_limit_s: float, schedules: int, search: str
    ) -> Exploration | None:
        item = self.item
        names = list(inspect.signature(item.obj).parameters)
        if set(names) - {"explore"} or hasattr(item, "callspec"):
            words = "a test that explores is run anew: it has no fixture and parameter but explore"
            pytest.fail(words, pytrace=False)
        path = item.nodeid.split("::")[1:]
        what = (str(item.path), item.module.__name__, path, nth, names)
        more = {
            "own": [str(item.config.rootpath)],
            "preload": ["pytest"],
            "modules_from": [each or str(Path.cwd()) for each in sys.path],
        }
        with tempfile.TemporaryDirectory(prefix="paraviz-") as folder:
            driver = Path(folder) / f"{item.originalname}.py"
            driver.write_text(_DRIVER.format(what=what), "utf-8")
            runnable = catalogue.find(str(driver))
            try:
                if self.schedule:
                    again = replay(runnable, (), self.schedule, sys.executable, more)
                    self._judge_one(again)
                    return None
                found = explore(
                    runnable,
                    (),
                    python=sys.executable,
                    search=search,
                    time_limit_s=time_limit_s,
                    schedules=schedules,
                    more=more,
                )
                worst = found.outcomes[0] if found.outcomes else None
                if worst is not None and worst.is_fault:
                    again = replay(runnable, (), worst.schedule, sys.executable, more)
                    pytest.fail(self._told(found, worst, again), pytrace=False)
            except ParavizError as error:
                pytest.fail(str(error), pytrace=False)
        if not found.exhausted:
            words = f"no fault in {found.schedules:,} schedules, which are not all there are"
            pytest.skip(f"{words} ({found.seconds:.1f} s)")
        return found

    def _told(self, found: Exploration, worst: Outcome, again: Replayed) -> str:
        """What a failure says."""
        kinds = {"ok": f"exit code {worst.exit_code}", "exception": "an exception"}
        kinds |= {"deadlock": "a deadlock", "stuck": "it gets stuck"}
        tried = "all" if found.exhausted else "not all"
        lines = [
            f"{kinds[worst.kind]} in {worst.schedules:,} of {found.schedules:,} schedules "
            f"({tried} there are), after {worst.switches} switches at the least",
            *what_is_wrong(worst),
            "",
            *steps_as_text(again.detail),
        ]
        token = worst.schedule
        return "\n".join([*lines, "", "the same steps again:", f"  pytest --schedule={token}"])

    def _judge_one(self, again: Replayed) -> None:
        if again.outcome is None:
            pytest.fail(again.parted, pytrace=False)
        elif again.outcome.is_wrong:
            lines = [*what_is_wrong(again.outcome), "", *steps_as_text(again.detail)]
            pytest.fail("\n".join(lines), pytrace=False)
