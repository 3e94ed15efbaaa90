"""The flows of a foreign Chrome trace, `s`, `t` and `f`: from each step of one to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from paraviz.trace.model import Flows

if TYPE_CHECKING:
    from collections.abc import Mapping

FLOWS_LIMIT = 2_000_000
"""Steps of flows in one trace."""


class FlowSteps:
    """The steps so far."""

    def __init__(self) -> None:
        self._steps: list[tuple[float, int, bool, int]] = []
        self.passed = 0
        """Steps that lead from or to nothing, or to where they came from."""

    def __len__(self) -> int:
        return len(self._steps)

    def take(self, at_us: float, key: int, lane: int, *, begins: bool) -> None:
        """Note one: `lane` by its number, `key` what a flow's steps have in common."""
        if len(self._steps) < FLOWS_LIMIT:
            self._steps.append((at_us, key, begins, lane))
        else:
            self.passed += 1

    def flows(self, base_us: float, places: Mapping[int, int]) -> Flows | None:
        """From each step to the next one of its flow; times count from `base_us`. `places`: which
        lane of the trace each number is. Afterwards `passed` counts what is not in it."""
        last: dict[int, tuple[float, int]] = {}
        alone: set[int] = set()
        rows = []
        # Of steps at one moment the one that begins the flow is first.
        for at, key, begins, number in sorted(self._steps, key=lambda step: (step[0], not step[2])):
            lane = places.get(number, -1)
            if lane < 0:
                self.passed += 1
                continue
            before = last.get(key)
            if begins or before is None:
                alone.add(key)
                self.passed += 1
            else:
                self.passed -= key in alone
                alone.discard(key)
                if before[1] != lane:
                    rows.append((before[1], before[0], lane, at))
                else:
                    self.passed += 1
            if begins or before is not None:
                last[key] = (at, lane)
        if not rows:
            return None
        begins_in, from_us, ends_in, to_us = zip(*rows, strict=True)
        from_ns, to_ns = (
            np.rint((np.array(us) - base_us) * 1e3).astype(np.int64) for us in (from_us, to_us)
        )
        return Flows(np.array(begins_in, np.int32), from_ns, np.array(ends_in, np.int32), to_ns)
