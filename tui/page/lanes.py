"""A run's lanes as one small picture in SVG, which scales, prints, and is dark or light by style.

What is drawn is what a page holds of a trace, see `data`.
"""

from __future__ import annotations

from collections import defaultdict
from html import escape
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from paraviz.text.durations import duration
from paraviz.text.translation import localized, ngettext

from ..render.characters import one_cell
from ..themes import tones

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_LANES = 16
_WIDTH, _NAMES, _ROW, _RULER = 1000, 150, 26, 22
_ROOM = 16
"""Columns for a name, as most fonts have it."""
_HEIGHTS = {"running": 18, "waiting_cpu": 10, "waiting_gil": 10, "waiting_lock": 10, "blocked": 3}
_LETTER = 7.2
_STEPS = (1, 2, 5, 10)
_MOST_TICKS = 6


def lanes_svg(data: dict[str, Any], told: str = "", *, alone: bool = False) -> str:
    """The picture. `told` is said to those who cannot see it; `alone`: with its own colours."""
    lanes = data["lanes"][:MOST_LANES]
    left_out = len(data["lanes"]) - len(lanes)
    rows = len(lanes) + bool(left_out)
    height = _RULER + rows * _ROW + 6
    length = max(data["length"], 1)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" class="lanes" viewBox="0 0 {_WIDTH} {height}" '
        f'role="img" aria-label="{_clean(told or data["title"])}">'
    ]
    if alone:
        parts.append(f"<style>{svg_style('.lanes ', alone=True)}</style>")
        parts.append(f'<rect class="back" width="{_WIDTH}" height="{height}" rx="6"/>')
    parts += _ruler(length, height)
    for number, lane in enumerate(lanes):
        parts += _lane(number, lane, data["states"], length)
    if left_out:
        words = ngettext("{count:,} more lane", "{count:,} more lanes", left_out)
        y = _RULER + len(lanes) * _ROW + 17
        parts.append(f'<text class="q" x="8" y="{y}">{words.format(count=left_out)}</text>')
    return "".join(parts) + "</svg>"


def svg_style(before: str = "", *, alone: bool = False) -> str:
    """The style of such pictures, by the variables of a theme; with those, if it is `alone`."""
    kinds = ("cpu", "gil", "lock", "blocked")
    rules = [f"{before}.s-{kind}{{fill:var(--tone-{kind})}}" for kind in kinds]
    rules += [f"{before}.w{number}{{fill:var(--worker-{number})}}" for number in range(8)]
    rules += [
        f"{before}text{{font:14px system-ui,sans-serif;fill:var(--text)}}",
        f"{before}text.q{{font-size:12px;fill:var(--tone-quiet)}}",
        f"{before}.t{{fill:var(--tone-faint);opacity:.5}}",
        f"{before}text.m{{font:12px ui-monospace,monospace;paint-order:stroke;"
        "stroke:var(--panel);stroke-width:3px}",
    ]
    if alone:
        rules.append(f"{before}.back{{fill:var(--panel)}}")
        dark, light = (
            "".join(f"--{name}:{value};" for name, value in tones(dark=dark).items())
            for dark in (True, False)
        )
        rules.append(f"{before.strip()}{{{light}--panel:#eef0f3;--text:#1b2330}}")
        darkened = f"{before.strip()}{{{dark}--panel:#151a24;--text:#dfe3ea}}"
        rules.append(f"@media(prefers-color-scheme:dark){{{darkened}}}")
    return "".join(rules)


def _clean(text: str) -> str:
    """What others wrote, as text of the picture: no markup, and nothing that XML cannot have."""
    return escape(one_cell(text))


def _x(at: int, length: int) -> float:
    return round(_NAMES + at / length * (_WIDTH - _NAMES - 4), 1)


def _ruler(length: int, height: int) -> Iterator[str]:
    raw = length / _MOST_TICKS
    power = 10 ** (len(str(int(raw))) - 1)
    step = next(each * power for each in _STEPS if each * power >= raw)
    for at in range(0, length + 1, step):
        x = _x(at, length)
        yield f'<rect class="t" x="{x}" y="14" width="1" height="{height - 14}"/>'
        end = ' text-anchor="end"' if x > _WIDTH - 60 else ""
        told = escape(localized(duration(at)))
        yield f'<text class="q" x="{x - 3 if end else x + 3}" y="13"{end}>{told}</text>'


def legend(data: dict[str, Any]) -> list[tuple[str, str]]:
    """The states that the picture has beside running: the class of each, and its name."""
    there = {state for lane in data["lanes"][:MOST_LANES] for state in lane["is"]}
    return [
        (_kind(state["key"]), state["name"])
        for number, state in enumerate(data["states"])
        if number in there and state["key"] in _HEIGHTS and state["key"] != "running"
    ]


def swatch(kind: str) -> str:
    """A picture of such a state for a legend, with its own colours."""
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" class="lanes" width="14" height="10">'
        f'<rect class="{kind}" width="14" height="10"/></svg>'
    )


def _kind(key: str) -> str:
    return f"s-{key.removeprefix('waiting_')}"


def _lane(
    number: int, lane: dict[str, Any], states: list[dict[str, str]], length: int
) -> Iterator[str]:
    middle = _RULER + number * _ROW + _ROW / 2
    name = one_cell(lane["name"])
    yield f'<text class="w{number % 8}" x="8" y="{middle + 5:g}">{escape(_fitting(name))}</text>'
    keys = [state["key"] for state in states]
    names = {state["key"]: state["name"] for state in states}
    shapes: dict[str, list[str]] = defaultdict(list)
    for key, left, right in _stretches(lane, keys, length):
        tall = _HEIGHTS[key]
        across = f"{max(right - left, 0.8):g}".removeprefix("0")
        shapes[key].append(f"M{left:g} {middle - tall / 2:g}h{across}v{tall}h-{across}z")
    for key, drawn in shapes.items():
        kind = f"w{number % 8}" if key == "running" else _kind(key)
        told = escape(f"{name} {names[key]}")
        yield f'<path class="{kind}" d="{"".join(drawn)}"><title>{told}</title></path>'
    free = float(_NAMES)
    for at, text in lane["marks"]:
        place = _x(at, length)
        shown = one_cell(text.strip())
        wide = len(shown) * _LETTER
        if shown and free <= place <= _WIDTH - wide:
            yield f'<text class="m" x="{place:g}" y="{middle + 4:g}">{escape(shown)}</text>'
            free = place + wide + 2


def _fitting(name: str) -> str:
    """A name that fits; a number at its end tells it from others, and stays."""
    if len(name) <= _ROOM:
        return name
    last = name[len(name.rstrip("0123456789")) :][-6:]
    return f"{name[: _ROOM - 1 - len(last)]}…{last}"


def _stretches(
    lane: dict[str, Any], keys: list[str], length: int
) -> Iterator[tuple[str, float, float]]:
    """The states that are drawn: what is within the same tenth of a unit is drawn once, the
    highest of it."""
    begins = list(accumulate(lane["at"]))
    last: tuple[str, float, float] | None = None
    for begin, end, state in zip(begins, [*begins[1:], lane["end"]], lane["is"], strict=True):
        key = keys[state]
        if key not in _HEIGHTS:
            continue
        left, right = _x(begin, length), _x(end, length)
        if last is not None and right - last[1] < 0.8:
            higher = key if _HEIGHTS[key] > _HEIGHTS[last[0]] else last[0]
            last = (higher, last[1], right)
            continue
        if last is not None:
            yield last
        last = (key, left, right)
    if last is not None:
        yield last
