"""The bar of a long recording that is read or written on the command line."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

import pytest

from paraviz import formats
from paraviz.commands import progress_bar
from paraviz.commands.progress_bar import PATIENCE_S, bar_text, load_shown, save_shown
from tests.traces import printers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class FakeTerminal(io.StringIO):
    """Something a person reads."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the time is: its only item."""
    now = [100.0]
    monkeypatch.setattr("paraviz.commands.progress_bar.time.monotonic", lambda: now[0])
    return now


def reading(
    monkeypatch: pytest.MonkeyPatch, clock: list[float], *steps: tuple[float, float]
) -> None:
    """Reading a file tells of these shares after so many seconds, if it is to."""

    def load(path: Path, progress: Callable[[float], None] | None) -> object:
        for after_s, share in steps:
            clock[0] = 100.0 + after_s
            if progress is not None:
                progress(share)
        return path.name

    monkeypatch.setattr(formats, "load", load)


def read(monkeypatch: pytest.MonkeyPatch, path: Path, stream: io.StringIO) -> str:
    monkeypatch.setattr(sys, "stderr", stream)
    assert load_shown(path) == path.name  # type: ignore[comparison-overlap]
    return stream.getvalue()


def test_what_is_quick_is_not_told_of(
    monkeypatch: pytest.MonkeyPatch, clock: list[float], tmp_path: Path
) -> None:
    reading(monkeypatch, clock, (0.0, 0.1), (PATIENCE_S - 0.01, 0.99))
    assert read(monkeypatch, tmp_path / "a.pviz", FakeTerminal()) == ""


def test_after_a_while_there_is_a_bar_and_it_is_wiped_away(
    monkeypatch: pytest.MonkeyPatch, clock: list[float], tmp_path: Path
) -> None:
    reading(monkeypatch, clock, (0.1, 0.1), (PATIENCE_S, 0.5), (3.0, 1.0))
    said = read(monkeypatch, tmp_path / "a.pviz", FakeTerminal())
    half, full = "█" * 15 + " " * 15, "█" * 30
    assert said.split("\r") == [
        "",
        f"▕{half}▏  50%  reading a.pviz",
        f"▕{full}▏ 100%  reading a.pviz",
        "\x1b[K",
    ]


def test_nobody_reads_a_pipe(
    monkeypatch: pytest.MonkeyPatch, clock: list[float], tmp_path: Path
) -> None:
    reading(monkeypatch, clock, (9.0, 0.5))
    assert read(monkeypatch, tmp_path / "a.pviz", io.StringIO()) == ""


def test_without_stderr_it_is_read_all_the_same(
    monkeypatch: pytest.MonkeyPatch, clock: list[float], tmp_path: Path
) -> None:
    reading(monkeypatch, clock, (9.0, 0.5))
    monkeypatch.setattr(sys, "stderr", None)
    assert load_shown(tmp_path / "a.pviz") == "a.pviz"  # type: ignore[comparison-overlap]


def test_ctrl_c_leaves_an_empty_line(
    monkeypatch: pytest.MonkeyPatch, clock: list[float], tmp_path: Path
) -> None:
    def load(_path: Path, progress: Callable[[float], None]) -> None:
        clock[0] += PATIENCE_S
        progress(0.25)
        raise KeyboardInterrupt

    monkeypatch.setattr(formats, "load", load)
    terminal = FakeTerminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with pytest.raises(KeyboardInterrupt):
        load_shown(tmp_path / "a.pviz")
    assert "25%" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_real_recording_is_written_and_read_with_a_bar(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(progress_bar, "PATIENCE_S", 0.0)
    path = tmp_path / "a.pviz"
    for work, words in (
        (lambda: save_shown(printers(), path), "writing"),
        (lambda: load_shown(path), "reading"),
    ):
        terminal = FakeTerminal()
        monkeypatch.setattr(sys, "stderr", terminal)
        work()
        assert f"{words} a.pviz" in terminal.getvalue()
        assert terminal.getvalue().endswith("\r\x1b[K")


def test_the_line_fits_into_80_columns(
    monkeypatch: pytest.MonkeyPatch, clock: list[float], tmp_path: Path
) -> None:
    reading(monkeypatch, clock, (1.0, 0.5))
    said = read(monkeypatch, tmp_path / f"{'long ' * 30}name.pviz", FakeTerminal())
    line = said.split("\r")[1]
    assert len(line) < 80
    assert line.endswith(" long name.pviz")


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (0.0, "▕    ▏   0%"),
        (0.5, "▕██  ▏  50%"),
        (0.28, "▕█▏  ▏  28%"),
        (0.97, "▕███▉▏  97%"),
        (1.0, "▕████▏ 100%"),
        (-1.0, "▕    ▏   0%"),
        (2.0, "▕████▏ 100%"),
    ],
)
def test_a_bar_always_takes_the_same_room(share: float, text: str) -> None:
    assert bar_text(share, 4) == text
