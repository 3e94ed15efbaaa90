"""Pictures: those in `screenshots/` are what the app shows, to the byte."""

from __future__ import annotations

import asyncio
import re
import struct
import zlib
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz import events as ev
from paraviz.errors import UsageError, WriteError
from paraviz.formats import check_place
from paraviz.programs.catalogue import scenarios
from paraviz.tui.picture import View, drawn, png, svg, write
from paraviz.tui.render.times import time_text
from paraviz.tui.render.view import TraceView
from screenshots import CONTENTS, NAMES, SCENARIOS, contents, kept, made
from tests.traces import printers

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("name", NAMES)
def test_a_picture_is_what_its_factory_makes(name: str) -> None:
    assert made(name) == kept(name).read_text(encoding="utf-8"), (
        f"screenshots/{name}.svg is not what the app shows now; if that is meant:"
        f" python -m screenshots {name}"
    )


def test_every_scenario_has_a_picture() -> None:
    assert [scenario.name for scenario in scenarios()] == SCENARIOS


def test_the_page_of_pictures_tells_of_each() -> None:
    assert contents() == CONTENTS.read_text(encoding="utf-8"), "python -m screenshots"


def test_the_readme_shows_pictures_that_there_are() -> None:
    shown = re.findall(r"\]\((screenshots/[^)]*)\)", (ROOT / "README.md").read_text("utf-8"))
    assert len(shown) > 3
    assert all((ROOT / path).exists() for path in shown)


def test_a_picture_is_plain_and_whole() -> None:
    picture = svg(printers(locked=True), size=(90, 26))
    root = ElementTree.fromstring(picture)
    assert (root.get("width"), root.get("height")) == ("916", "536")
    assert "http" not in picture.replace("http://www.w3.org/2000/svg", "")
    words = "".join(root.itertext())
    for word in ("printers", "thread-a", "thread-b", "lock", "output", "ended"):
        assert word in words


async def test_a_picture_can_be_taken_while_a_loop_runs() -> None:
    first, second = await asyncio.gather(
        asyncio.to_thread(svg, printers(), (80, 24)), asyncio.to_thread(svg, printers(), (80, 24))
    )
    assert first == second == svg(printers(), (80, 24))


def test_a_png_has_the_size_of_its_picture_and_letters_in_it() -> None:
    letters = pixels('<text x="2" y="16" font-size="16">paraviz</text>')
    blank = pixels("")
    assert letters != blank
    image = png(svg(printers(), size=(60, 16)), zoom=2)
    assert struct.unpack(">II", image[16:24]) == (1_232, 672)


def test_a_picture_is_written_by_its_suffix(tmp_path: Path) -> None:
    write(printers(), tmp_path / "a.svg", size=(80, 24))
    assert (tmp_path / "a.svg").read_text(encoding="utf-8") == svg(printers(), (80, 24))
    write(printers(), tmp_path / "a.png", size=(80, 24), theme="paraviz-light")
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    with pytest.raises(UsageError, match=r"a picture is an \.svg, a \.png or a \.txt"):
        write(printers(), tmp_path / "a.jpg")
    write(printers(), tmp_path / "a.txt", size=(80, 24))
    text = (tmp_path / "a.txt").read_text(encoding="utf-8")
    assert len(text.splitlines()) == 24 and "▶main" in text and "\x1b" not in text
    assert max(map(len, text.splitlines())) <= 80
    with pytest.raises(UsageError, match="there is no theme 'mauve'"):
        write(printers(), tmp_path / "b.svg", theme="mauve")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.png", "a.svg", "a.txt"]


def pixels(body: str) -> bytes:
    """The raw rows of a small picture."""
    image = png(
        '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"'
        f' font-family="monospace" fill="#000">{body}</svg>'
    )
    rows, at = b"", 8
    while at < len(image):
        (length,) = struct.unpack(">I", image[at : at + 4])
        if image[at + 4 : at + 8] == b"IDAT":
            rows += image[at + 8 : at + 8 + length]
        at += 12 + length
    return zlib.decompress(rows)


def test_a_picture_shows_what_is_asked_for() -> None:
    trace = printers(locked=True)
    half = (trace.start_ns, trace.end_ns // 2)
    plain = drawn(trace, ".txt")
    view = View(at_ns=half[1] // 2, between_ns=half, lanes="thread-a")
    shown = drawn(trace, ".txt", view)
    names = [line[1:12].split() for line in shown.splitlines()]
    assert (
        ["thread-a"] in names
        and ["thread-b"] not in names
        and ["thread-b"] in [line[1:12].split() for line in plain.splitlines()]
    )
    assert "at " + time_text(half[1] // 2) in shown
    assert drawn(trace, ".svg", View(name="x")) == svg(trace, name="x")


def test_a_picture_for_a_projector() -> None:
    trace = printers(locked=True)
    large = svg(trace, (80, 24), projection=True)
    assert large == svg(trace, (80, 24), "paraviz-projection-dark", projection=True)
    assert large != svg(trace, (80, 24), "paraviz-projection-dark")
    assert 'rx="8" fill="#000000"' in large
    light = svg(trace, (80, 24), "paraviz-light", projection=True)
    assert 'rx="8" fill="#FFFFFF"' in light


@pytest.mark.parametrize("name", ["NO_COLOR", "TERM"])
def test_a_picture_has_its_colours_whatever_the_terminal_has(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    colored = svg(printers(), (80, 24))
    monkeypatch.delenv("COLORTERM")
    monkeypatch.setenv(name, "xterm")
    assert svg(printers(), (80, 24)) == colored


def test_writes_longer_than_their_text_are_drawn() -> None:
    trace = printers()
    lanes = tuple(
        replace(lane, values=np.where(lane.kinds == ev.WRITE, 1 << 31, lane.values))
        for lane in trace.lanes
    )
    assert "printers" in drawn(replace(trace, lanes=lanes), ".txt", size=(80, 24))


def test_an_app_that_fails_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise IndexError("no such row")

    monkeypatch.setattr(TraceView, "at_first", fail)
    with pytest.raises(IndexError, match="no such row"):
        drawn(printers(), ".txt", size=(80, 24))


@pytest.mark.parametrize("name", ["loop.txt", "loop/a.txt", f"{'a' * 300}.txt", "none/a.txt"])
def test_where_no_picture_can_be_written(name: str, tmp_path: Path) -> None:
    (tmp_path / "loop.txt").symlink_to("loop.txt")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(WriteError, match=name[:20]):
        check_place(tmp_path / name)
