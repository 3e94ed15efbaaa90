"""The run view: one trace on the screen, and the keys that work on it."""

from __future__ import annotations

from typing import ClassVar

from ...commands import Command, bindings
from .arranging import ARRANGING, Arranging
from .arrows import Connecting
from .bookmarks import KEEPING, Keeping
from .following import FOLLOWING, Following
from .moving import MOVING
from .playing import PLAYING, Playing
from .reporting import REPORTING, Reporting
from .searching import SEARCHING
from .sizing import SIZING, Sizing
from .views import VIEWS, Views


class RunView(Views, Following, Playing, Reporting, Keeping, Arranging, Connecting, Sizing):
    """Shows a trace, moves about in it, arranges its rows and keeps what was found."""

    commands: ClassVar[tuple[Command, ...]] = (
        *(*MOVING, *PLAYING, *FOLLOWING, *REPORTING, *VIEWS, *SEARCHING, *KEEPING),
        *ARRANGING,
        *SIZING,
    )
    BINDINGS = bindings(commands)
