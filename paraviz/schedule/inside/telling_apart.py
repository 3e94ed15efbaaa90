"""Whether the program can tell one of a pool's threads from another."""

from __future__ import annotations

from paraviz.schedule.inside import words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType

_TELLS_APART = words(
    "current_thread currentThread get_ident get_native_id local initializer cancel_futures "
    "_threads _work_queue _idle_semaphore enumerate_threads logging LoggingAdapter"
)


class Seen:
    """What the program's own code was seen to use."""

    tells_apart = False
    """Whether it may tell one of a pool's threads from the other."""


def look_at(code: CodeType) -> None:
    """Code of the program's own was loaded."""
    if not _TELLS_APART.isdisjoint(code.co_names):
        Seen.tells_apart = True
    for each in code.co_consts:
        if isinstance(each, tuple) and not _TELLS_APART.isdisjoint(map(str, each)):
            Seen.tells_apart = True
