"""Running all blocks of a deck without a screen, and what each did otherwise than expected."""

from __future__ import annotations

import re
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from paraviz.errors import ParavizError
from paraviz.lecture.programs import program_of
from paraviz.lecture.sidecar import binding_of
from paraviz.text.translation import _, ngettext
from paraviz.trace.histories.output import writes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraviz.lecture.deck import Block, Deck, Slide
    from paraviz.lecture.sidecar import Binding, Expected, Sidecar
    from paraviz.trace import Trace

TIME_LIMIT_S = 60.0
_OUTPUT_MOST = 2_000


class Checked(Struct, frozen=True):
    """What came of one block."""

    number: int
    slide: int
    title: str
    differs: tuple[str, ...]
    """What is otherwise than expected, a sentence each."""
    ran: bool = True
    """Whether it could be run at all."""
    exit_code: int | None = None
    exceptions: tuple[str, ...] = ()
    """The names of those that ended a worker."""
    output: str = ""
    lanes: int = 0
    seconds: float = 0.0
    bound: bool = False
    """Whether anything is bound to it."""

    @property
    def as_expected(self) -> bool:
        """Whether nothing is otherwise."""
        return not self.differs


def checked(
    deck: Deck, sidecar: Sidecar, *, python: str = "", time_limit_s: float = TIME_LIMIT_S
) -> Iterator[Checked]:
    """Each block that runs, in order, as soon as it is run."""
    for found, _trace in ran(deck, sidecar, python=python, time_limit_s=time_limit_s):
        yield found


def ran(
    deck: Deck, sidecar: Sidecar, *, python: str = "", time_limit_s: float = TIME_LIMIT_S
) -> Iterator[tuple[Checked, Trace | None]]:
    """The same, each with its run: None where it could not be run at all."""
    with tempfile.TemporaryDirectory(prefix="paraviz-") as folder:
        for slide, block in deck.blocks:
            binding = binding_of(deck, sidecar, slide, block)
            yield _checked(slide, block, binding, Path(folder), python, time_limit_s)


def _checked(
    slide: Slide, block: Block, binding: Binding, folder: Path, python: str, time_limit_s: float
) -> tuple[Checked, Trace | None]:
    began = time.monotonic()
    try:
        trace = _run(block, binding, folder, python, time_limit_s)
    except (ParavizError, OSError) as error:
        return Checked(block.number, slide.number, slide.title, (str(error),), ran=False), None
    output = "".join(each.text for each in writes(trace))
    exceptions = _exceptions(trace)
    found = Checked(
        block.number,
        slide.number,
        slide.title,
        tuple(_differences(trace, binding.expect, output, exceptions)),
        exit_code=trace.exit_code,
        exceptions=exceptions,
        output=output[:_OUTPUT_MOST],
        lanes=len(trace.lanes),
        seconds=round(time.monotonic() - began, 3),
        bound=bool(binding.before or binding.after or binding.scenario or binding.number),
    )
    return found, trace


def _run(block: Block, binding: Binding, folder: Path, python: str, time_limit_s: float) -> Trace:
    """One run of a block from its beginning to its end."""
    from paraviz.session import Session

    runnable, argv = program_of(block, binding, folder)
    session = Session(runnable, argv, time_limit_s=time_limit_s, python=python)
    session.start()
    try:
        while session.pump(0.05):
            pass
        return session.snapshot()
    finally:
        session.stop()


def _exceptions(trace: Trace) -> tuple[str, ...]:
    """The names of exceptions that ended workers."""
    found = {
        match[1]
        for reason in (trace.end_reason, *(lane.end_reason for lane in trace.lanes))
        if (match := re.match(r"raised (\w+)", reason)) is not None
    }
    return tuple(sorted(found))


def _differences(
    trace: Trace, expect: Expected, output: str, exceptions: tuple[str, ...]
) -> Iterator[str]:
    """What is otherwise than expected."""
    if expect.exception:
        if expect.exception not in exceptions:
            words = _("{name} was expected, and came not")
            yield words.format(name=expect.exception)
    elif exceptions:
        yield _("ended by {names}").format(names=", ".join(exceptions))
    code = expect.exit_code
    if code is None and not expect.exception:
        code = 0
    if code is not None and trace.exit_code != code:
        words = _("exit code {code}; {expected} was expected")
        yield words.format(code=trace.exit_code, expected=code)
    if expect.output is not None and output.strip() != expect.output.strip():
        yield _("it wrote {text!r}, not what was expected").format(text=output[:60])
    if expect.matches and not re.fullmatch(expect.matches, output[:1_000_000].strip(), re.DOTALL):
        yield _("it wrote {text!r}, not what was expected").format(text=output[:60])
    if len(trace.lanes) < expect.lanes:
        words = ngettext("{count:,} lane", "{count:,} lanes", len(trace.lanes))
        found = words.format(count=len(trace.lanes))
        yield _("{found}; {count:,} were expected").format(found=found, count=expect.lanes)
    yield from _not_shown(trace, expect)


def _not_shown(trace: Trace, expect: Expected) -> Iterator[str]:
    """The claim and the finding that are not there."""
    if expect.claim:
        from msgspec.structs import replace

        from paraviz.analysis.claims.running import claims

        claimed = replace(trace, program=replace(trace.program, claims=(expect.claim,)))
        held = claims(claimed)
        if not held:
            yield _("there is no claim {claim!r}").format(claim=expect.claim)
        elif not held[0].holds:
            yield held[0].told
    if expect.finding:
        from paraviz.analysis.findings.within import findings_within
        from paraviz.trace.index import index_of

        kinds = {each.kind for each in findings_within(trace, index_of(trace)) or ()}
        if expect.finding not in kinds:
            yield _("the finding {kind} was expected, and is not there").format(kind=expect.finding)


def as_json(deck: Deck, found: list[Checked]) -> dict[str, Any]:
    """All of it for machines."""
    return {
        "deck": deck.path,
        "title": deck.title,
        "slides": len(deck.slides),
        "total": len(found),
        "ran": sum(each.ran for each in found),
        "as_expected": sum(each.as_expected for each in found),
        "blocks": [
            {
                "block": each.number,
                "slide": each.slide,
                "title": each.title,
                "ran": each.ran,
                "bound": each.bound,
                "as_expected": each.as_expected,
                "differs": list(each.differs),
                "exit_code": each.exit_code,
                "exceptions": list(each.exceptions),
                "output": each.output,
                "lanes": each.lanes,
                "seconds": each.seconds,
            }
            for each in found
        ],
    }
