"""The run view: one trace on the screen, and the keys that work on it."""

from __future__ import annotations

from typing import ClassVar

from ...commands import Command, bindings
from .arranging import ARRANGING, Arranging
from .connecting import Connecting
from .keeping import KEEPING, Keeping
from .moving import MOVING
from .searching import SEARCHING, Searching
from .views import VIEWS, Views


class RunView(Views, Searching, Keeping, Arranging, Connecting):
    """Shows a trace, moves about in it, arranges its rows and keeps what was found."""

    commands: ClassVar[tuple[Command, ...]] = (
        *(*MOVING, *VIEWS, *SEARCHING, *KEEPING),
        *ARRANGING,
    )
    BINDINGS = bindings(commands)
