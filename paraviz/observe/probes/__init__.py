"""Probes: what makes events of one kind of thing. One room for what belongs together.

A family is a module with `install(recorder)`. It replaces functions of the standard library by ones
that do the same and report it. Each function that does so declares what it replaces and relies on
(`targets`). One that cannot be installed says so and leaves things as they were.
"""

from __future__ import annotations

from paraviz.observe.probes import memory, output, processes, threads, work
from paraviz.observe.targets import tell_by

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType

    from paraviz.observe.recorder import Recorder

FAMILIES: tuple[ModuleType, ...] = (
    *threads.FAMILIES,
    *processes.FAMILIES,
    *output.FAMILIES,
    *work.FAMILIES,
    *memory.FAMILIES,
)


def install(recorder: Recorder) -> None:
    """Install every probe."""
    tell_by(recorder.notice)
    for family in FAMILIES:
        try:
            family.install(recorder)
        except Exception as error:
            name = family.__name__.removeprefix(f"{__name__}.")
            recorder.notice(f"the probe for {name} is off: {type(error).__name__}: {error}")
