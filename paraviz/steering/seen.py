"""Where the program stood at each step of what was done and of what is ahead, as far as was seen:
the same steps lead to the same state."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paraviz.steering.state import State

_MOST = 5_000
_MOST_CHARACTERS = 1 << 24
"""Of output, in all states together."""


class Seen:
    """States by how many steps lead there."""

    def __init__(self) -> None:
        self._states: dict[int, State] = {}
        self._characters = 0

    def at(self, step: int) -> State | None:
        """The state there, if it is known."""
        return self._states.get(step)

    def keep(self, step: int, state: State) -> None:
        """Know one more; of too many the oldest are forgotten."""
        self._drop(step)
        self._states[step] = state
        self._characters += len(state.output)
        while len(self._states) > _MOST or self._characters > _MOST_CHARACTERS:
            self._drop(next(iter(self._states)))

    def forget_after(self, step: int) -> None:
        """What came after is another way than the one that is gone now."""
        for each in [each for each in self._states if each > step]:
            self._drop(each)

    def _drop(self, step: int) -> None:
        state = self._states.pop(step, None)
        if state is not None:
            self._characters -= len(state.output)
