"""The colours of the themes: apart for the colour-blind, and readable with few colours."""

from __future__ import annotations

from itertools import combinations

import pytest
from rich.color import ColorSystem
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from paraviz.tui.palette import Palette
from paraviz.tui.render.glyphs import STATE_GLYPHS
from paraviz.tui.render.inks import WORKER_TONES, Ink
from paraviz.tui.themes import PROJECTED, THEMES, fitting, opposite, tones
from tests.render.colors import SIGHTS, contrast, distance, seen

STATES = ("cpu", "gil", "lock", "blocked")
WORKERS = tuple(f"worker-{number}" for number in range(WORKER_TONES))
STATES_APART, STATE_FROM_WORKER, WORKERS_APART = 16, 8.5, 6
"""CIEDE2000: a glance tells 10 apart, 2 are told apart side by side."""
TINTS_APART, TINT_FROM_BACKGROUND = 7, 4.5


def variables(theme: Theme) -> dict[str, str]:
    colors = theme.to_color_system().generate()
    return {**colors, **tones(dark=theme.dark), **theme.variables}


def color(theme: Theme, name: str, *, few: bool = False) -> Color:
    """What an ink of this tone is drawn in."""
    drawn = Palette(variables(theme), few=few).style(Ink(name)).color
    assert drawn is not None
    return Color.from_rich_color(drawn)


def background(theme: Theme) -> Color:
    return Color.parse(variables(theme)["background"])


def apart(one: Color, other: Color, sight: str) -> float:
    return distance(seen(one.rgb, sight), seen(other.rgb, sight))


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((50, -1.1848, -84.8006), (50, 0, -82.7485), 1.0),
        ((50, 2.49, -0.001), (50, -2.49, 0.0011), 7.2195),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((50, 2.5, 0), (50, 0, -2.5), 4.3065),
        ((22.7233, 20.0904, -46.694), (23.0331, 14.973, -42.5619), 2.0373),
        ((6.7747, -0.2908, -2.4247), (5.8714, -0.0985, -2.2286), 0.6377),
    ],
)
def test_distances_are_those_that_were_published(
    one: tuple[float, float, float], other: tuple[float, float, float], expected: float
) -> None:
    assert distance(one, other) == distance(other, one) == pytest.approx(expected, abs=1e-4)


def test_red_and_green_are_alike_for_some_and_grey_is_grey_for_all() -> None:
    red, green = (200, 60, 60), (110, 116, 60)
    assert distance(seen(red), seen(green)) > 40
    assert distance(seen(red, "deuteranopia"), seen(green, "deuteranopia")) < 15
    for sight in SIGHTS:
        assert distance(seen((128, 128, 128)), seen((128, 128, 128), sight)) < 1


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
@pytest.mark.parametrize("sight", SIGHTS)
class TestEverybodyTells:
    """What differs on the screen differs to everybody."""

    def test_states_apart(self, theme: Theme, sight: str) -> None:
        for one, other in combinations(STATES, 2):
            found = apart(color(theme, one), color(theme, other), sight)
            assert found >= STATES_APART, (one, other, found)

    def test_states_from_workers_that_run(self, theme: Theme, sight: str) -> None:
        for state in STATES:
            for worker in WORKERS:
                found = apart(color(theme, state), color(theme, worker), sight)
                assert found >= STATE_FROM_WORKER, (state, worker, found)

    def test_workers_apart(self, theme: Theme, sight: str) -> None:
        for one, other in combinations(WORKERS, 2):
            found = apart(color(theme, one), color(theme, other), sight)
            assert found >= WORKERS_APART, (one, other, found)

    def test_tints_apart_and_from_nothing(self, theme: Theme, sight: str) -> None:
        tints = {name: color(theme, f"{name}-tint") for name in STATES}
        for one, other in combinations(STATES, 2):
            found = apart(tints[one], tints[other], sight)
            assert found >= TINTS_APART, (one, other, found)
        for name, tint in tints.items():
            assert apart(tint, background(theme), sight) >= TINT_FROM_BACKGROUND, name


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_what_is_drawn_can_be_seen(theme: Theme) -> None:
    projected = theme.name in PROJECTED.values()
    back = background(theme).rgb
    for state in STATES:
        assert contrast(color(theme, state).rgb, back) >= (4 if projected else 3), state
    for worker in WORKERS:
        assert contrast(color(theme, worker).rgb, back) >= (4.9 if projected else 4.5), worker
        assert contrast(color(theme, worker).rgb, color(theme, "on-worker").rgb) >= 4.4, worker
    for name, least in (("text", 12), ("quiet", 4.5), ("key", 4.5), ("error", 4.5), ("good", 4.5)):
        for ground in (back, color(theme, "panel").rgb):
            assert contrast(color(theme, name).rgb, ground) >= least, name


@pytest.mark.parametrize(
    "theme",
    [theme for name, theme in BUILTIN_THEMES.items() if "ansi" not in name],
    ids=lambda theme: theme.name,
)
def test_in_the_themes_of_others_states_can_be_seen(theme: Theme) -> None:
    for state in STATES:
        assert contrast(color(theme, state).rgb, background(theme).rgb) >= 2, state


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_with_sixteen_colours_everything_stands_out_from_what_is_behind_it(theme: Theme) -> None:
    def number(shown: Color) -> int | None:
        return shown.rich_color.downgrade(ColorSystem.STANDARD).number

    behind = {number(background(theme))}
    behind |= {number(color(theme, f"{state}-tint", few=True)) for state in STATES}
    assert len(behind) == 1
    for name in (*WORKERS, *STATES, "text", "quiet", "cursor", "overview"):
        assert number(color(theme, name, few=True)) not in behind, name
    for worker in WORKERS:
        assert number(color(theme, "on-worker")) != number(color(theme, worker)), worker


def test_without_colour_every_state_has_a_glyph_of_its_own() -> None:
    assert len(set(STATE_GLYPHS.values())) == len(STATE_GLYPHS)


def test_a_theme_has_its_kin() -> None:
    for everyday, projected in PROJECTED.items():
        assert fitting(everyday, projection=True) == projected
        assert fitting(projected, projection=True) == projected
        assert fitting(projected, projection=False) == everyday
    assert fitting("nord", projection=True) == "nord"
    (dark, light), (large_dark, large_light) = PROJECTED, PROJECTED.values()
    assert [opposite(dark, dark=True), opposite(light, dark=False)] == [light, dark]
    assert opposite(large_dark, dark=True) == large_light
    assert opposite(large_light, dark=False) == large_dark
    assert opposite("nord", dark=True) == light
