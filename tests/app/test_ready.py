"""Rows that are made ready show the same cells as the framework's ordinary way."""

from __future__ import annotations

from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.color import ColorSystem
from rich.console import Console
from rich.segment import Segment
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate
from textual.color import Color
from textual.geometry import Region
from textual.screen import Screen
from textual.strip import Strip
from textual.widgets._toast import Toast

from paraviz.formats import load
from paraviz.tui import ansi_strip
from paraviz.tui.app import ParavizApp
from paraviz.tui.palette import Palette
from paraviz.tui.render.inks import Ink
from paraviz.tui.screens.gallery import Gallery
from paraviz.tui.screens.parameters import ParameterScreen
from paraviz.tui.screens.run import RunScreen
from paraviz.tui.widgets.rows import Rows
from paraviz.tui.widgets.timeline import Timeline
from tests.app.cells import cells_of, written_by
from tests.app.fakes import PROGRAM, until
from tests.render.arranged import workshop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from textual.pilot import Pilot

    from paraviz.tui.render.inks import Row
    from tests.app.cells import Cells

DATA = Path(__file__).parents[1] / "data"


@asynccontextmanager
async def shown(
    screen: Screen[None],
    keys: Sequence[str] = (),
    *,
    size: tuple[int, int] = (100, 32),
    light: bool = False,
) -> AsyncIterator[Pilot[None]]:
    app = ParavizApp(lambda _: screen)
    app.animation_level = "none"
    async with app.run_test(size=size, notifications=True) as pilot:
        if light:
            await app.run_action("toggle_light")
        await pilot.pause()
        await pilot.press(*keys)
        await pilot.pause()
        yield pilot


def recorded(name: str) -> RunScreen:
    return RunScreen(name, trace=load(DATA / f"{name}.pviz"))


def both_ways(pilot: Pilot[None], monkeypatch: pytest.MonkeyPatch) -> tuple[Cells, Cells]:
    """The cells of the screen made ready, and as the framework has them."""
    result = []
    for segments in ("", "1"):
        monkeypatch.setenv(ansi_strip.SEGMENTS_VARIABLE, segments)
        for widget in pilot.app.screen.query(Rows):
            # What the framework keeps of a widget; nothing of this makes the app draw anew.
            widget._styles_cache.clear()
        result.append(cells_of(written_by(pilot.app)))
    monkeypatch.setenv(ansi_strip.SEGMENTS_VARIABLE, "")
    return result[0], result[1]


def assert_same(pilot: Pilot[None], monkeypatch: pytest.MonkeyPatch) -> Cells:
    ours, theirs = both_ways(pilot, monkeypatch)
    size = pilot.app.size
    assert set(ours) == {
        (row, column) for row in range(size.height) for column in range(size.width)
    }
    different = {
        place: (cell, theirs[place]) for place, cell in ours.items() if cell != theirs[place]
    }
    assert not different, sorted(different.items())[:5]
    return ours


@pytest.mark.parametrize("light", [False, True], ids=["dark", "light"])
@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("printers", []),
        ("printers", ["plus", "plus", "n", "n", "enter"]),
        ("printers_locked", ["down", "n", "n", "plus", "plus", "plus"]),
        ("printers_locked", ["down", "down", "down", "right"]),
        ("philosophers", ["down", "down", "n", "n", "n", "n"]),
        ("philosophers", ["g", "x", "g", "F"]),
    ],
)
async def test_a_run(
    name: str, keys: list[str], light: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with shown(recorded(name), keys, light=light) as pilot:
        assert_same(pilot, monkeypatch)


async def test_every_kind_of_track(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = RunScreen("workshop", trace=workshop())
    async with shown(screen, ["g", "u", "X", "X", "u", "u", "right"], size=(120, 40)) as pilot:
        assert_same(pilot, monkeypatch)


async def test_the_gallery(monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown(Gallery((PROGRAM,))) as pilot:
        assert_same(pilot, monkeypatch)
        await pilot.press(*"prin")
        assert_same(pilot, monkeypatch)


async def test_the_form(monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown(recorded("printers")) as pilot:
        pilot.app.push_screen(ParameterScreen(PROGRAM, PROGRAM.values([])))
        await pilot.pause()
        await pilot.press("down", "down", "9")
        assert_same(pilot, monkeypatch)


@pytest.mark.parametrize("key", ["question_mark", "s"])
async def test_a_dialog_over_a_run_cuts_its_rows(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown(recorded("philosophers"), ["n", "n", key]) as pilot:
        assert pilot.app.screen.is_modal
        assert_same(pilot, monkeypatch)


async def test_what_is_written_change_by_change(monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown(recorded("printers_locked")) as pilot:
        app = pilot.app
        cells = cells_of(written_by(app))
        parts = 0

        def show(_: object, update: object) -> None:
            nonlocal parts
            if isinstance(update, CompositorUpdate):
                cells.update(cells_of(update.render_segments(app.console)))
                parts += isinstance(update, ChopsUpdate)

        # An app in a test has no terminal: what it would write there is taken here.
        monkeypatch.setattr(app, "_display", show)
        for key in ("right", "down", "n", "plus", "F", "escape", "question_mark", "escape", "x"):
            await pilot.press(key)
            await pilot.pause()
            await until(pilot, lambda: cells == both_ways(pilot, monkeypatch)[1])
        assert parts >= 4


async def test_a_resize(monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown(recorded("printers_locked"), ["n", "plus"]) as pilot:
        for size in ((98, 32), (99, 31), (60, 16), (200, 60), (20, 5), (100, 30)):
            await pilot.resize_terminal(*size)
            await pilot.pause()
            assert_same(pilot, monkeypatch)


async def test_a_message_in_front_of_the_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown(recorded("printers")) as pilot:
        pilot.app.notify("saved as a.pviz")
        await until(pilot, lambda: bool(pilot.app.screen.query(Toast)))
        await pilot.pause()
        cells = assert_same(pilot, monkeypatch)
        written = "".join(cell.glyph for _, cell in sorted(cells.items()))
        assert "saved as a.pviz" in written


async def test_without_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with shown(recorded("philosophers"), ["n", "enter"]) as pilot:
        cells = assert_same(pilot, monkeypatch)
        colors = {color for cell in cells.values() for color in (cell.fore, cell.back)} - {()}
        assert colors and all(len(set(color[2:])) == 1 for color in colors)


inks = st.builds(
    Ink,
    st.sampled_from(["", "text", "quiet", "cursor", "worker-1", "on-worker"]),
    st.sampled_from(["", "cursor", "lock-tint", "worker-1"]),
    st.sampled_from(["", "bold", "italic", "underline", "bold underline"]),
)
pieces = st.tuples(st.text("a█ 語", min_size=1, max_size=3), inks)


@given(
    row=st.lists(pieces, max_size=8),
    system=st.sampled_from([ColorSystem.TRUECOLOR, ColorSystem.EIGHT_BIT, ColorSystem.STANDARD]),
    missing=st.integers(-2, 3),
)
def test_any_row_in_as_many_colours_as_there_are(
    row: Row, system: ColorSystem, missing: int
) -> None:
    palette = Palette(ParavizApp(lambda _: Screen()).theme_variables)
    # Styles keep the sequence of the first terminal that asks: each has a background of its own.
    base = Style(color="#c0c0c0", bgcolor=f"#10203{system.value}")
    styles = ansi_strip.Styles(palette, base, Color.parse("#102030"), (), system)
    columns = max(sum(cell_len(text) for text, _ in row) + missing, 0)
    strip = ansi_strip.ready_strip(row, styles, columns)
    if strip is None:
        assert missing < 0
        return
    segments = [Segment(text, palette.style(ink)) for text, ink in row]
    ordinary = Strip(segments).adjust_cell_length(columns).apply_style(base)
    console = Console(color_system=system.name.lower().replace("eight_bit", "256"))  # type: ignore[arg-type]
    assert cells_of(strip.render(console)) == cells_of(ordinary.render(console))
    # What asks for more gets an ordinary strip.
    assert strip.cell_length == columns
    assert strip.text == ordinary.text
    assert list(strip.crop(1, columns)) == list(ordinary.crop(1, columns))


async def test_rows_are_ready_unless_that_is_turned_off(monkeypatch: pytest.MonkeyPatch) -> None:
    async with shown(recorded("printers")) as pilot:
        timeline = pilot.app.screen.query_one(Timeline)
        for segments, wanted in (("", True), ("1", False)):
            monkeypatch.setenv(ansi_strip.SEGMENTS_VARIABLE, segments)
            strips = timeline.render_lines(timeline.size.region)
            assert {isinstance(strip, ansi_strip.ReadyStrip) for strip in strips} == {wanted}
            part = timeline.render_lines(Region(9, 2, 30, 3))
            assert [strip.text for strip in part] == [strip.text[9:39] for strip in strips[2:5]]
