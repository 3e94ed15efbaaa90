"""Where workers stand, what each would do next, and why it cannot, as plain data."""

from __future__ import annotations

from paraviz.schedule.inside import streams
from paraviz.schedule.inside.operations import LIVES
from paraviz.schedule.inside.own import is_own
from paraviz.schedule.inside.streams import Stream
from paraviz.schedule.inside.worker import Worker
from paraviz.steering.inside.values import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Any

    from paraviz.schedule.inside.engine import Engine

    Told = dict[str, Any]

_MOST_FRAMES = 30


def workers_told(engine: Engine, able: set[int], names: dict[int, str]) -> list[Told]:
    """Each of them."""
    return [worker_told(engine, each, each.number in able, names) for each in engine.workers]


def worker_told(engine: Engine, worker: Worker, is_able: bool, names: dict[int, str]) -> Told:
    """Where one stands, and what it would do next."""
    is_done = worker.done or (worker.number == 0 and engine.end == "ok")
    told: Told = {"number": worker.number, "name": worker.name, "finished": is_done}
    if is_done:
        return told
    kind, thing, key, label = worker.operation
    what = ""
    if isinstance(thing, Stream):
        kind, what = "print", thing.name
        label = streams_text(thing, worker.number)
    elif thing is LIVES:
        what = "lives"
    elif thing is not None:
        what = type(thing).__name__
    file, line, function = worker.place()
    told.update(
        kind=kind,
        label=label,
        object=names.get(id(thing), "") if thing is not None else "",
        type=what,
        file=file,
        line=line,
        function=function,
        able=is_able,
    )
    if kind == "join":
        told["object"] = next((each.name for each in engine.workers if each.number == key), "")
    if not is_able:
        told["why"], told["holder"] = _why(worker)
        if kind == "join":
            told["holder"] = told["object"]
    return told


def streams_text(stream: Stream, number: int) -> str:
    """What a worker is about to write."""
    text = stream.about_to_write.get(number, "")
    return text if len(text) <= 200 else text[:199] + "…"


def _why(worker: Worker) -> tuple[str, str]:
    """A word for it, and who has what it waits for."""
    kind, thing, _key, label = worker.operation
    owner = getattr(thing, "owner", None)
    holder = owner.name if isinstance(owner, Worker) else ""
    if kind == "join" or (kind == "R" and thing is LIVES):
        return "join", label.removeprefix("join ")
    if label.startswith("wait on"):
        inside = _closure(worker.ready)
        told = inside.get("told")
        if isinstance(told, list) and told and not told[0]:
            return "notify", ""
        return "held", holder
    if kind == "acq":
        if hasattr(thing, "_value"):
            return "none left", ""
        return "held", holder
    if kind == "sleep":
        return "sleep", ""
    if label.startswith("wait for Event") or kind == "R":
        return {
            "wait for a": "tasks",
            "wait for d": "descriptors",
        }.get(label[:10], "event"), ""
    if label.startswith("get"):
        return "empty", ""
    if label.startswith("put"):
        return "full", ""
    return "waits", ""


def _closure(function: Any) -> dict[str, Any]:
    code = getattr(function, "__code__", None)
    cells = getattr(function, "__closure__", None)
    if code is None or cells is None:
        return {}
    return {name: cell.cell_contents for name, cell in zip(code.co_freevars, cells, strict=True)}


def stack_told(worker: Worker) -> list[Told]:
    """The worker's functions of the program's own, innermost first, with their locals."""
    found: list[Told] = []
    frame: FrameType | None = worker.frame
    while frame is not None and len(found) < _MOST_FRAMES:
        code = frame.f_code
        if is_own(code.co_filename):
            found.append(
                {
                    "function": code.co_name,
                    "file": code.co_filename,
                    "line": frame.f_lineno,
                    "locals": _locals(frame),
                }
            )
        frame = frame.f_back
    return found


def _locals(frame: FrameType) -> dict[str, str]:
    names = dict(frame.f_locals)
    if frame.f_code.co_name == "<module>":
        names = {
            name: value
            for name, value in names.items()
            if not name.startswith("__")
            and not callable(value)
            and type(value).__name__ != "module"
        }
    return {name: shown(value) for name, value in list(names.items())[:60]}


def output_told(most: int) -> tuple[str, str]:
    """What was written to standard output and error, the last of it."""
    return streams.OUT.text()[-most:], streams.ERRORS.text()[-most:]
