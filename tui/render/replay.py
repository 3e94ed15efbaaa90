"""Playing a run again: how fast, which way, and round and round."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from paraviz.text.translation import localized

SPEEDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000)
"""How many times slower than the program ran."""


class Replay(Struct, frozen=True):
    """How a run is played. An immutable value."""

    speed: int = 0
    """The place in `SPEEDS`."""
    direction: int = 1
    """1 forward, -1 backward."""
    loop: tuple[int, int] | None = None
    """The stretch, in ns, that is played again and again."""

    @property
    def told(self) -> str:
        """ "▶ 1/100 ×"."""
        sign = "▶" if self.direction > 0 else "◀"
        slower = SPEEDS[self.speed]
        text = localized(f"{sign} 1 ×" if slower == 1 else f"{sign} 1/{slower:,} ×")
        return text + (" ⟳" if self.loop else "")

    def faster(self, steps: int) -> Replay:
        """So many steps faster; slower if negative."""
        return replace(self, speed=min(max(self.speed - steps, 0), len(SPEEDS) - 1))

    def fitting(self, span_ns: int, seconds: float) -> Replay:
        """As slow as lets a stretch last at least so long, if that can be."""
        wanted = seconds * 1e9 / max(span_ns, 1)
        slow = next((i for i, slower in enumerate(SPEEDS) if slower >= wanted), len(SPEEDS) - 1)
        return replace(self, speed=slow)

    def step(self, at_ns: int, elapsed_s: float, start_ns: int, end_ns: int) -> tuple[int, bool]:
        """Where the cursor comes to after so much of the viewer's time, and whether it plays on."""
        if self.loop is not None:
            start_ns, end_ns = self.loop
        at = at_ns + self.direction * round(elapsed_s * 1e9 / SPEEDS[self.speed])
        if self.loop is not None and end_ns > start_ns:
            return start_ns + (at - start_ns) % (end_ns - start_ns), True
        at = min(max(at, start_ns), end_ns)
        return at, at < end_ns if self.direction > 0 else at > start_ns
