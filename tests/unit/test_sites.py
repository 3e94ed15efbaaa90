"""Sites: the lines of the program that cause events."""

from __future__ import annotations

import queue
from typing import Any

import pytest

from paraviz import events as ev
from paraviz.observe import sites
from paraviz.observe.compiled import core
from paraviz.observe.sites import core_sites, python_sites

needs_core = pytest.mark.skipif(core is None, reason="there is no compiled core")
both = pytest.mark.parametrize("find", [python_sites, pytest.param(core_sites, marks=needs_core)])


class Reports(list[dict[str, Any]]):
    """What was reported."""

    def __call__(self, message_type: int, **fields: Any) -> None:
        assert message_type == ev.SITE
        self.append(fields)


@both
def test_each_line_is_reported_once_and_found_again(find: Any) -> None:
    reports = Reports()
    site, _, tell = find(reports)

    def probe() -> Any:
        return site(1)

    first = [probe() for _ in range(3)]
    other = probe()
    tell()
    assert first == [1 << ev.SITE_SHIFT] * 3
    assert other == 2 << ev.SITE_SHIFT
    assert [told["line"] for told in reports] == [
        reports[0]["line"],
        reports[0]["line"] + 1,
    ]
    assert {told["file"] for told in reports} == {__file__}
    assert reports[1]["function"] == "test_each_line_is_reported_once_and_found_again"


@both
def test_two_calls_in_one_line_are_one_site(find: Any) -> None:
    reports = Reports()
    site, _, tell = find(reports)

    def probe() -> Any:
        return site(1)

    assert probe() == probe()
    tell()
    assert len(reports) == 1


@both
def test_the_standard_library_is_passed_over_or_is_no_site_of_the_program(find: Any) -> None:
    site, programs_site, _ = find(Reports())

    class Made(queue.Queue[int]):
        def _init(self, maxsize: int) -> None:  # noqa: ARG002 (the library calls it so)
            self.found = programs_site(0), programs_site(1), programs_site(2), site(1)

    here, library, caller, nearest = Made().found
    assert here != 0
    assert library == 0
    assert caller == nearest != here


@both
def test_code_without_a_file_has_no_site(find: Any) -> None:
    site, programs_site, _ = find(Reports())
    scope: dict[str, Any] = {"site": site, "programs_site": programs_site}
    exec("def probe(): return programs_site(0)\ninside = programs_site(0)", scope)
    assert scope["inside"] == 0
    assert scope["probe"]() == 0


@both
def test_where_nobody_calls_there_is_no_site(find: Any) -> None:
    for place in find(Reports())[:2]:
        assert place(1_000) == 0


@both
def test_past_the_limit_there_are_no_new_sites(find: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sites, "SITE_LIMIT", 1)
    site, _, _ = find(Reports())
    found = []
    for _ in range(2):
        found.append(site(0))
        found.append(site(0))
    assert found == [1 << ev.SITE_SHIFT, 0] * 2
