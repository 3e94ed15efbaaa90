"""What executions tell about the program: places that turned out to matter. When it grows, a search
begins anew."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class Knowledge:
    """What executions tell about the program: places that turned out to matter. When it grows, a
    search begins anew."""

    def __init__(self) -> None:
        self.hot: set[Any] = set()
        """Instructions that touch what another worker touches, too, one of them writing."""
        self.tried: set[Any] = set()
        """Where locks were made that somebody tries to take: their releases are steps."""
        self.ends_matter = False
        """Whether somebody asks whether a thread is alive."""
        self.grew = False
        self.everything = False
        """Whether each step is one, known to matter or not: as a schedule is replayed."""
        self.many_rounds: set[str] = set()
        """Places where a worker went round so often that the others came first."""

        self.stuck_at: set[Any] = set()
        """Where all workers were, together, when they had gone round for so long that they were
        taken to do so for ever: the next time that is seen sooner."""

    def clear(self) -> None:
        """Know nothing."""
        self.__init__()  # type: ignore[misc]


KNOWN = Knowledge()
