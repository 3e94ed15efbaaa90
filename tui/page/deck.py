"""A deck as one page: its slides, and the runs of its blocks that were recorded.

What the deck and its programs wrote is text in the page. A policy in its head lets no script run
but those that it names by what they are, and nothing be loaded.
"""

from __future__ import annotations

import base64
import hashlib
import json
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from msgspec import Struct

from paraviz.lecture.programs import shown_code
from paraviz.lecture.sidecar import Binding
from paraviz.text import language
from paraviz.text.durations import duration
from paraviz.text.translation import _, localized, ngettext
from paraviz.trace.histories.output import writes

from ..block_runs import point_of
from ..render.view import TraceView
from .data import page_data
from .lanes import lanes_svg, legend, svg_style
from .prose import code_lines, code_style, prose
from .writing import as_data, asset, filled, frame_text, page_script, tones_style

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraviz.lecture.checking import Checked
    from paraviz.lecture.deck import Block, Deck, Slide
    from paraviz.trace import Trace

_MOST_OUTPUT = 4_000


class BlockOnPage(Struct, frozen=True):
    """What a page shows of a block that runs."""

    binding: Binding
    checked: Checked | None = None
    """None where nothing was run."""
    trace: Trace | None = None
    recording: str = ""
    """Where its recording is, from the page; "" for nowhere."""


class _Run(Struct, frozen=True):
    """A run as it stands in the page."""

    html: str
    data: str


def deck_page(
    deck: Deck, blocks: Mapping[int, BlockOnPage], *, theme: str = "", notes: bool = False
) -> str:
    """The page. `blocks` by their numbers; `notes`: with those of the speaker."""
    folder = Path(deck.path).parent
    runs = {number: _run(number, shown) for number, shown in blocks.items() if shown.trace}
    slides = "\n".join(
        _slide(deck, slide, blocks, runs, folder, notes=notes) for slide in deck.slides
    )
    held = "\n".join(
        f'<script type="application/json" id="run-{number}">{run.data}</script>'
        for number, run in runs.items()
    )
    script = asset("deck.js")
    parts = {
        "LANGUAGE": language.current(),
        "TITLE": escape(deck.title or Path(deck.path).stem),
        "THEME": theme,
        "POLICY": f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; script-src "
        f"{_hash(script)} {_hash(page_script())}",
        "STYLE": tones_style() + asset("deck.css") + svg_style() + code_style(slides),
        "SLIDES": slides,
        "RUNS": held,
        "FRAME": as_data(frame_text()) if runs else '""',
        "WORDS": as_data(_words()),
        "HELP": escape(_words()["help"]),
        "SCRIPT": script,
    }
    return filled("deck.html", parts)


def _hash(script: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _words() -> dict[str, str]:
    return {
        "help": _(
            "← →: slides · home, end · enter: the run from near · G: all slides · B: blank · "
            "T: light or dark · N: notes · click the lanes"
        ),
        "back": _("back to the slides"),
        "next": _("next"),
        "previous": _("previous"),
        "run": _("the run"),
    }


def _slide(
    deck: Deck,
    slide: Slide,
    blocks: Mapping[int, BlockOnPage],
    runs: Mapping[int, _Run],
    folder: Path,
    *,
    notes: bool,
) -> str:
    parts = "\n".join(
        f'<div class="part">{_part(slide, part, blocks, runs, folder)}</div>'
        for part in slide.parts
    )
    said = f'<aside class="notes">{prose(slide.notes, folder)}</aside>' if notes else ""
    by = f" · {escape(deck.author)}" if deck.author else ""
    foot = f"{escape(deck.title)}{by} · {slide.number}/{len(deck.slides)}"
    name = escape(slide.title, quote=True)
    return (
        f'<section class="slide" id="{slide.number}" aria-label="{name}">\n{parts}\n'
        f"{said if slide.notes else ''}<footer>{foot}</footer></section>"
    )


def _part(
    slide: Slide,
    part: tuple[str | int, ...],
    blocks: Mapping[int, BlockOnPage],
    runs: Mapping[int, _Run],
    folder: Path,
) -> str:
    found = []
    for item in part:
        if isinstance(item, str):
            found.append(prose(item, folder))
            continue
        block = slide.blocks[item]
        shown = blocks.get(block.number)
        found.append(_code(block, shown.binding if shown else Binding()))
        if block.number in runs:
            found.append(runs[block.number].html)
        elif shown is not None and shown.checked is not None:
            found.append(f'<p class="differs">✗ {escape("; ".join(shown.checked.differs))}</p>')
    return "\n".join(found)


def _code(block: Block, binding: Binding) -> str:
    steps = f' data-steps="{json.dumps(block.steps)}"' if block.steps else ""
    lines = code_lines(shown_code(block, binding), block.language)
    rows = "".join(f'<span class="line">{line}\n</span>' for line in lines)
    return f'<pre class="code"{steps}><code>{rows}</code></pre>'


def _run(number: int, shown: BlockOnPage) -> _Run:
    """The picture of a run, what it shows, and what it wrote."""
    assert shown.trace is not None
    view = TraceView.of(shown.trace)
    point = point_of(view, shown.binding)
    data: dict[str, Any] = page_data(view)
    if not shown.binding.scenario:
        # Where the program stood while it ran is of no use to those who were not there.
        data["title"] = data["source"]["name"] = Path(data["title"]).name
    kind = " fault" if point.startswith("✗") else ""
    parts = [
        f'<figure class="run" data-run="{number}">',
        f'<button class="picture" aria-label="{escape(_("the run"))}">{lanes_svg(data, point)}'
        "</button>",
        f'<figcaption class="point{kind}">{escape(point)}</figcaption>' if point else "",
        *(f'<p class="differs">✗ {escape(each)}</p>' for each in _differences(shown)),
        _output(shown.trace),
        f'<p class="about">{_about(shown, data)}</p></figure>',
    ]
    return _Run("\n".join(part for part in parts if part), as_data(data))


def _differences(shown: BlockOnPage) -> tuple[str, ...]:
    return shown.checked.differs if shown.checked is not None else ()


def _output(trace: Trace) -> str:
    text = "".join(each.text for each in writes(trace))
    if not text.strip():
        return ""
    rest = f"\n… {_('and more')}" if len(text) > _MOST_OUTPUT else ""
    return f'<pre class="output">{escape(text[:_MOST_OUTPUT])}{rest}</pre>'


def _about(shown: BlockOnPage, data: dict[str, Any]) -> str:
    trace = shown.trace
    assert trace is not None
    lanes = ngettext("{count:,} lane", "{count:,} lanes", len(trace.lanes))
    parts = [localized(duration(trace.wall_ns)), lanes.format(count=len(trace.lanes))]
    told = escape(" · ".join(parts))
    if shown.recording:
        where = escape(quote(shown.recording), quote=True)
        told += f' · <a href="{where}" download>{escape(Path(shown.recording).name)}</a>'
    return told + "".join(f' <i class="{kind}"></i>{escape(name)}' for kind, name in legend(data))
