"""Several runs of either side: medians with their spread, and what is no more than noise."""

from __future__ import annotations

from collections import Counter
from statistics import median
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from paraviz.analysis.chance import LEVEL, chance, least_chance
from paraviz.analysis.claims.running import claims
from paraviz.analysis.compare import FIGURES, Unit, figures_of, written
from paraviz.analysis.reports.summary_json import summary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paraviz.analysis.claims.running import Claim
    from paraviz.trace.model import Trace

Verdict = Literal["differs", "noise", "few", "unknown"]
"""Whether two sides differ; "few" where there are too few runs to tell, "unknown" where the figure
is not known of all of them."""


class Spread(Struct, frozen=True):
    """One figure of several runs of two sides."""

    name: str
    """Which, as `compare.Figure` has it."""
    unit: Unit
    words: str
    a: tuple[float, ...]
    """Of each run of the first side; none where it is not known of all."""
    b: tuple[float, ...]
    """The same of the second."""
    chance: float
    """How often chance alone would set them apart so far."""
    verdict: Verdict

    @property
    def medians(self) -> tuple[float | None, float | None]:
        """The middle of either side; None where it is not known."""
        return (_median(self.a), _median(self.b))


class ClaimSpread(Struct, frozen=True):
    """What several runs of a side showed of one claim."""

    name: str
    side: Literal["a", "b"]
    held: int
    """In how many it was there."""
    runs: int
    """Of so many."""
    claim: Claim
    """That of the run in the middle by wall time."""


class Several(Struct, frozen=True):
    """What can be said of two sides of several runs each."""

    a: tuple[Trace, ...]
    b: tuple[Trace, ...]
    figures: tuple[Spread, ...]
    claims: tuple[ClaimSpread, ...]
    outputs: tuple[int, int]
    """How many different texts either side wrote."""
    exits: tuple[dict[str, int], dict[str, int]]
    """How the runs of either side ended, and how many did."""


def several(a: Sequence[Trace], b: Sequence[Trace]) -> Several:
    """Compare runs of two sides, at least one each; takes as long as all their summaries."""
    told = [[summary(trace) for trace in side] for side in (a, b)]
    of_a, of_b = (
        [figures_of(trace, each) for trace, each in zip(side, known, strict=True)]
        for side, known in zip((a, b), told, strict=True)
    )
    found = []
    for name, (words, unit) in FIGURES.items():
        both = (_known(name, of_a), _known(name, of_b))
        found.append(Spread(name, unit, words, *both, *_verdict(*both)))
    return Several(
        tuple(a),
        tuple(b),
        tuple(found),
        (*_claims("a", a), *_claims("b", b)),
        (len(set(map(written, told[0]))), len(set(map(written, told[1])))),
        (Counter(each.end_reason for each in a), Counter(each.end_reason for each in b)),
    )


def as_json(found: Several) -> dict[str, object]:
    """The comparison ready for JSON: times in ns; null is not known. `a` and `b` of a figure are
    medians, as those of two single runs are the figures themselves."""
    return {
        "runs": {"a": len(found.a), "b": len(found.b)},
        "figures": [
            {
                "name": each.name,
                "unit": each.unit,
                "a": each.medians[0],
                "b": each.medians[1],
                "a_least": min(each.a, default=None),
                "a_most": max(each.a, default=None),
                "b_least": min(each.b, default=None),
                "b_most": max(each.b, default=None),
                "chance": each.chance,
                "verdict": each.verdict,
            }
            for each in found.figures
        ],
        "claims": [
            {
                "name": each.name,
                "side": each.side,
                "held": each.held,
                "runs": each.runs,
                "text": each.claim.text,
            }
            for each in found.claims
        ],
        "outputs": {"a": found.outputs[0], "b": found.outputs[1]},
        "endings": {"a": found.exits[0], "b": found.exits[1]},
    }


def _known(name: str, figures: Sequence[dict[str, float | None]]) -> tuple[float, ...]:
    values = [each[name] for each in figures]
    known = [value for value in values if value is not None]
    return tuple(known) if len(known) == len(values) else ()


def _verdict(a: tuple[float, ...], b: tuple[float, ...]) -> tuple[float, Verdict]:
    if not a or not b:
        return 1.0, "unknown"
    if least_chance(len(a), len(b)) > LEVEL:
        return 1.0, "few"
    found = chance(a, b)
    return found, "differs" if found <= LEVEL else "noise"


def _claims(side: Literal["a", "b"], traces: Sequence[Trace]) -> list[ClaimSpread]:
    ordered = sorted(traces, key=lambda trace: trace.wall_ns)
    told = [{claim.name: claim for claim in claims(trace)} for trace in ordered]
    names = dict.fromkeys(name for each in told for name in each)
    spreads = []
    for name in names:
        of_one = [each[name] for each in told if name in each]
        held = sum(claim.holds for claim in of_one)
        middle = of_one[len(of_one) // 2]
        spreads.append(ClaimSpread(name, side, held, len(of_one), middle))
    return spreads


def _median(values: tuple[float, ...]) -> float | None:
    return float(median(values)) if values else None
