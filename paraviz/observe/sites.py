"""Sites: the lines of the program that cause events.

A line is looked for once. From then on it is found by where the interpreter stands: a code object
holds its bytecode inside itself (CPython 3.11 and later), so that its address plus the offset of
the instruction belongs to no other as long as it lives, and here it does.
"""

from __future__ import annotations

import sys

from paraviz import events as ev
from paraviz.observe.compiled import core
from paraviz.observe.frames import (
    INSTALLED,
    OURS,
    STANDARD_LIBRARY,
    frame_at,
    frame_found,
    is_forbidden,
    is_of_ours,
    is_programs,
)
from paraviz.observe.kin import FOLDERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType, FrameType

    Report = Callable[..., None]
    Site = Callable[..., int]
    Sites = tuple[Site, Site, Callable[[], None]]

SITE_LIMIT = 100_000
"""Instructions that are remembered; events from others have no site."""


def find_sites(report: Report) -> Sites:
    """How to find the current site, already shifted to where a word has it: three functions, by the
    compiled core where it is there.

    The first two take how many frames above their caller to look, 1 for whoever called that. The
    first goes up from there to the nearest frame of the program's own code, the second looks at
    that one frame only, or at one that is given; 0 where there is no such code. The third reports
    those that are new by `report(ev.SITE, site=, file=, line=, function=, gives_back=)`;
    `gives_back` says whether what is taken there, if anything, is let go of there as well.
    """
    return python_sites(report) if core is None else core_sites(report)


def core_sites(report: Report) -> Sites:
    """By the compiled core: there is one set of them a process."""
    core.begin_sites(STANDARD_LIBRARY, INSTALLED, FOLDERS, OURS, SITE_LIMIT)

    def tell() -> None:
        for number, file, line, function, gives_back in core.new_sites():
            report(
                ev.SITE, site=number, file=file, line=line, function=function, gives_back=gives_back
            )

    return core.site, core.programs_site, tell


def python_sites(report: Report) -> Sites:
    """Without it: what is new is reported at once."""
    known: dict[int, int] = {}
    kept: dict[int, CodeType] = {}
    numbers: dict[tuple[str, int, str], int] = {}
    getframe = sys._getframe

    def learn(frame: FrameType) -> int:
        code = frame.f_code
        if len(known) >= SITE_LIMIT:
            return 0
        site = 0
        if is_programs(code.co_filename) and not code.co_filename.startswith("<"):
            place = code.co_filename, frame.f_lineno or 0, code.co_qualname
            site = numbers.get(place, 0)
            if not site:
                site = numbers[place] = len(numbers) + 1 << ev.SITE_SHIFT
                file, line, function = place
                report(
                    ev.SITE,
                    site=site >> ev.SITE_SHIFT,
                    file=file,
                    line=line,
                    function=function,
                    gives_back=_gives_back(frame, frame_at()),
                )
        kept[id(code)] = code
        known[id(code) + frame.f_lasti] = site
        return site

    def site_at(above: int) -> int:
        try:
            frame: FrameType | None = getframe(above + 1)
        except Exception as error:
            if is_forbidden(error):
                frame = frame_found(above + 1)
            elif isinstance(error, ValueError) and is_of_ours(error):
                return 0  # Called by the interpreter itself, as at exit.
            else:
                raise
        while frame is not None:
            try:
                site = known[id(frame.f_code) + frame.f_lasti]
            except KeyError:
                site = learn(frame)
            if site:
                return site
            frame = frame.f_back
        return 0

    def programs_site_at(above: int, frame: FrameType | None = None) -> int:
        try:
            frame = frame or getframe(above + 1)
        except Exception as error:
            if is_forbidden(error):
                frame = frame_found(above + 1)
            elif isinstance(error, ValueError) and is_of_ours(error):
                return 0
            else:
                raise
        site = known.get(id(frame.f_code) + frame.f_lasti)
        return learn(frame) if site is None else site

    return site_at, programs_site_at, lambda: None


def _gives_back(frame: FrameType, called: FrameType) -> bool:
    """Whether a frame takes by a `with`, or in a function that lets go of something, too. `called`:
    a frame that it is waiting for, at any depth."""
    code = frame.f_code
    if code.co_name == "__enter__" or "release" in code.co_names:
        return True
    inner: FrameType | None = called
    while inner is not None and inner.f_back is not frame:
        inner = inner.f_back
    return inner is not None and inner.f_code.co_name == "__enter__"
