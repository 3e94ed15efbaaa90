"""The samples of a Chrome trace, `samples` and `stackFrames`: for each thread a lane of what was on
top of its stack, as spans from one sample to the next."""

from __future__ import annotations

from itertools import pairwise
from statistics import median
from typing import TYPE_CHECKING, Any

import msgspec

from paraviz.formats.undecodable import UNREADABLE

if TYPE_CHECKING:
    from collections.abc import Iterator

Key = int | float | str


class _Sample(msgspec.Struct):
    ts: float
    tid: Key
    sf: Key
    pid: Key | None = None


class _Frame(msgspec.Struct):
    name: Any = ""


def on_top(
    samples: msgspec.Raw, frames: msgspec.Raw
) -> Iterator[tuple[Key | None, Key, float, float, str]]:
    """pid, tid, begin and length in µs, and name of what was on top; what cannot be read is none.
    The last sample of a thread lasts as long as most do."""
    try:
        known = msgspec.json.decode(frames, type=dict[str, _Frame])
        found = msgspec.json.decode(samples, type=list[_Sample])
    except UNREADABLE:
        return
    threads: dict[tuple[Key | None, Key], list[_Sample]] = {}
    for each in found:
        threads.setdefault((each.pid, each.tid), []).append(each)
    for (pid, tid), own in threads.items():
        own.sort(key=lambda each: each.ts)
        gaps = [later.ts - each.ts for each, later in pairwise(own)]
        ends = [each.ts for each in own[1:]] + [own[-1].ts + (median(gaps) if gaps else 0)]
        begin = 0
        for row, each in enumerate(own):
            if row + 1 < len(own) and own[row + 1].sf == each.sf:
                continue
            frame = known.get(str(each.sf))
            name = str(frame.name) if frame is not None else "?"
            yield pid, tid, own[begin].ts, ends[row] - own[begin].ts, name
            begin = row + 1
