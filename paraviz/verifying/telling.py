"""A comparison in words."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from paraviz.text.durations import duration
from paraviz.text.translation import _, localized, ngettext

if TYPE_CHECKING:
    from paraviz.verifying.comparing import Compared


def told(found: Compared, program: str) -> str:
    """What differs, what cannot be compared, and what it took."""
    count = len(found.observed)
    runs = ngettext("{count:,} run each", "{count:,} runs each", count).format(count=count)
    verdict = _("the same observed as plain") if not found.differs else _("not the same")
    lines = [f"{'✗' if found.differs else '✓'} {program}: {verdict} ({runs})"]
    lines += [f"  ✗ {words.told}" for _kind, words in found.differs]
    lines += [f"  ? {words.told}" for _kind, words in found.not_comparable]
    lines += [
        "  · " + _("{what}: the same in other orders, which plain runs have too").format(what=kind)
        for kind in found.in_other_order
    ]
    walls = [
        localized(duration(int(1e9 * median(run.wall_s for run in of))))
        for of in (found.plain, found.observed)
    ]
    used = [
        localized(duration(int(1e9 * median(run.cpu_s for run in of))))
        for of in (found.plain, found.observed)
    ]
    words = _("from begin to end {plain} plain, {observed} with paraviz; CPU {used} and {used_too}")
    lines.append(
        "  · " + words.format(plain=walls[0], observed=walls[1], used=used[0], used_too=used[1])
    )
    return "\n".join(lines)
