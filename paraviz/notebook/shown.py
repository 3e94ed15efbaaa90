"""What a notebook shows of a recording: picture, point, output and findings."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paraviz.errors import ParavizError
from paraviz.text.durations import duration
from paraviz.text.endings import ending
from paraviz.text.translation import _, localized, ngettext
from paraviz.trace.histories.output import writes

if TYPE_CHECKING:
    from paraviz.trace import Trace

_MOST_OUTPUT = 10_000
_MOST_FINDINGS = 20


class Shown:
    """A run in a notebook; `trace` and `path` are for going on with it."""

    def __init__(self, trace: Trace, path: Path, html: str, text: str) -> None:
        self.trace = trace
        self.path = path
        """The recording."""
        self._html, self._text = html, text

    def _repr_html_(self) -> str:
        return self._html

    def __repr__(self) -> str:
        return self._text


def shown(path: Path) -> Shown:
    """All of that, in the current language. Raises ParavizError."""
    from paraviz.formats import load
    from paraviz.lecture.sidecar import Binding
    from paraviz.tui.block_runs import point_of
    from paraviz.tui.page.data import page_data
    from paraviz.tui.page.lanes import lanes_svg, legend, swatch
    from paraviz.tui.render.view import TraceView

    try:
        trace = load(path)
    except OSError as error:
        raise ParavizError(f"{path}: {error.strerror}") from error
    view = TraceView.of(trace)
    data: dict[str, Any] = page_data(view)
    point = point_of(view, Binding())
    about = _about(trace)
    output = "".join(each.text for each in writes(trace))
    found = [each["text"] for each in data["findings"][:_MOST_FINDINGS]]
    states = "".join(f"{swatch(kind)} {escape(name)} &ensp;" for kind, name in legend(data))
    parts = [
        lanes_svg(data, point, alone=True),
        f"<div><small>{states}</small></div>",
        f"<div><b>{escape(point)}</b></div>" if point else "",
        _written(output),
        _findings(found, point),
        f"<div><small>{escape(about)} · <code>{escape(str(path))}</code></small></div>",
    ]
    html = f'<div class="paraviz">{"".join(parts)}</div>'
    lines = [point, output[:_MOST_OUTPUT].rstrip(), *found, f"{about} · {path}"]
    return Shown(trace, path, html, "\n".join(line for line in lines if line))


def _written(output: str) -> str:
    if not output.strip():
        return ""
    rest = f"\n… {_('and more')}" if len(output) > _MOST_OUTPUT else ""
    return (
        f'<pre style="max-height:20em;overflow:auto;margin:.4em 0">'
        f"{escape(output[:_MOST_OUTPUT])}{escape(rest)}</pre>"
    )


def _findings(found: list[str], point: str) -> str:
    told = [each for each in found if each not in point]
    rows = "".join(f"<li>{escape(each)}</li>" for each in told)
    return f'<ul style="margin:.3em 0">{rows}</ul>' if rows else ""


def _about(trace: Trace) -> str:
    lanes = ngettext("{count:,} lane", "{count:,} lanes", len(trace.lanes))
    parts = [
        localized(duration(trace.wall_ns)),
        lanes.format(count=len(trace.lanes)),
        ending(trace.end_reason) if trace.end_reason else "",
        _("kernel states") if trace.truth == "kernel" else _("inferred states"),
    ]
    return " · ".join(part for part in parts if part)
