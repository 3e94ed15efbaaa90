"""A driver that survives its terminal."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING, Any, cast

import pytest

from paraviz.tui.driver import Enduring, enduring

if TYPE_CHECKING:
    from textual.driver import Driver


class Gone(io.StringIO):
    def write(self, _text: str) -> int:
        raise OSError(5, "gone")

    def flush(self) -> None:
        raise OSError(5, "gone")


def test_what_nobody_takes_is_written_into_nothing() -> None:
    file = Enduring(Gone())
    assert file.write("words") == 5
    file.flush()
    closed = io.StringIO()
    closed.close()
    Enduring(closed).flush()
    there = io.StringIO()
    Enduring(there).write("words")
    assert there.getvalue() == "words"


def test_it_goes_on_only_where_it_was_suspended() -> None:
    class Terminal:
        def __init__(self, *_: object) -> None:
            self._file = io.StringIO()
            self._must_signal_resume = False
            self.resumed = 0

        def _sigcont_application(self, *_: object) -> None:
            self.resumed += 1

    made: Any = enduring(cast("type[Driver]", Terminal))
    driver = made()
    driver._sigcont_application(18, None)
    assert not driver.resumed
    driver._must_signal_resume = True
    driver._sigcont_application(18, None)
    assert driver.resumed == 1


@pytest.mark.skipif(os.name != "posix", reason="the driver of a terminal")
def test_textuals_own_is_one_that_it_knows() -> None:
    from textual.drivers.headless_driver import HeadlessDriver
    from textual.drivers.linux_driver import LinuxDriver

    # If they call it otherwise, this is to be looked at anew.
    assert enduring(LinuxDriver) is not LinuxDriver
    assert enduring(HeadlessDriver) is HeadlessDriver
