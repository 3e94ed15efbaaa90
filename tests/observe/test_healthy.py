"""Nothing is found in healthy programs."""

from __future__ import annotations

import ast

import pytest

from tools.healthy.__main__ import NAMES, PROGRAMS, accusations


def test_there_are_enough_and_they_say_what_they_do() -> None:
    assert len(NAMES) >= 60
    for name in NAMES:
        assert ast.get_docstring(ast.parse((PROGRAMS / f"{name}.py").read_text("utf-8"))), name


@pytest.mark.alone
@pytest.mark.parametrize("name", ["pool_late_generator", "thread_pool_wait"])
def test_those_that_were_accused_once(name: str) -> None:
    assert accusations(name, "auto") == ([], "")


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.parametrize("kernel", ["auto", "off"])
@pytest.mark.parametrize("name", NAMES)
def test_none_is_accused(name: str, kernel: str) -> None:
    assert accusations(name, kernel) == ([], "")
