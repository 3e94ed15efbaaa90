"""Stopping workers at instructions and lines of the program's own code: `sys.settrace` on 3.11,
`sys.monitoring` from 3.12 on."""

from __future__ import annotations

import builtins
import sys
import types

from paraviz.schedule.inside import access, plans, telling_apart
from paraviz.schedule.inside.engine import Engine
from paraviz.schedule.inside.gilpoints import HERE, points
from paraviz.schedule.inside.knowledge import KNOWN
from paraviz.schedule.inside.own import is_own
from paraviz.schedule.inside.pure import OFF, ON
from paraviz.schedule.inside.worker import raw_ident

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType, FrameType
    from typing import Any

_monitoring: Any = getattr(sys, "monitoring", None)
_TOOL = 4
_UNKNOWN_STEP = ("op", None, None, "op")
_LINE_STEP = ("line", None, None, "line")
_codes: list[CodeType] = []
_on: dict[int, tuple[int, CodeType]] = {}
_watched: list[object] = [None]
_ASK_WHO_LIVES = frozenset(("is_alive", "active_count", "enumerate"))


def register(code: CodeType) -> None:
    """Know the program's own code: what it stores to, and where it is to be stopped."""
    todo, new = [code], []
    while todo:
        each = todo.pop()
        new.append(each)
        todo += [constant for constant in each.co_consts if isinstance(constant, types.CodeType)]
    before = len(access.written)
    for each in new:
        _codes.append(each)
        plans.note_stores(each)
        telling_apart.look_at(each)
        if not _ASK_WHO_LIVES.isdisjoint(each.co_names):
            KNOWN.ends_matter = True
    if len(access.written) != before:
        replan()
    if _monitoring is not None and Engine.current is not None:
        _watch(Engine.current)


def replan() -> None:
    """Plan anew."""
    plans.forget()
    _on.clear()
    if _monitoring is not None and _monitoring.get_tool(_TOOL) is not None:
        _monitoring.restart_events()


def forget() -> None:
    """Of a program that is run again, its code of before is no more."""
    _codes.clear()
    _on.clear()


def begin(engine: Engine) -> None:
    """The main thread begins."""
    if _monitoring is None:
        engine.tracer = _tracer(engine)
        sys.settrace(engine.tracer)
    else:
        _watch(engine)


def enter(engine: Engine) -> None:
    """Another thread begins to be one of the execution's workers."""
    if _monitoring is None:
        sys.settrace(engine.tracer)


def _off() -> None:
    """Around what only computes, see `pure`."""
    sys.settrace(None)


def _on_again() -> None:
    engine = Engine.current
    if engine is not None and not engine.is_free and engine.running is not None:
        sys.settrace(engine.tracer)


def provide() -> None:
    """Make known what `pure` puts into functions."""
    names: Any = builtins
    setattr(names, OFF, _off)
    setattr(names, ON, _on_again)


def first_thread() -> None:
    """From now on there is somebody else: the functions that are under way are stopped in, too."""
    if _monitoring is not None:
        return
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_trace is not None and is_own(frame.f_code.co_filename):
            frame.f_trace_opcodes = True
        frame = frame.f_back


def set_free(engine: Engine) -> None:
    """From now on nobody of this execution is stopped at instructions."""
    engine.is_free = True
    if _monitoring is not None:
        for code in _codes:
            _monitoring.set_local_events(_TOOL, code, 0)
        _on.clear()


def leave() -> None:
    """It is none any more."""
    if _monitoring is None:
        sys.settrace(None)


def _tracer(engine: Engine) -> Any:
    """The function that 3.11 calls for each new frame."""

    def at_line(frame: FrameType, event: str, _arg: Any) -> Any:
        if event == "line" and engine.unjoined:
            engine.stop(_LINE_STEP, None, None, frame)
            # What other workers did to closures meanwhile is read anew (bpo-30744).
            frame.f_locals  # noqa: B018
        return at_line

    def at_opcode(frame: FrameType, event: str, _arg: Any) -> Any:
        if event == "opcode" and engine.unjoined:
            probe = plans.plan(frame.f_code).get(frame.f_lasti)
            operation = probe(frame, frame.f_locals) if probe is not None else None
            engine.stop(operation or _UNKNOWN_STEP, None, None, frame)
            frame.f_locals  # noqa: B018
        return at_opcode

    def at_call(frame: FrameType, _event: str, _arg: Any) -> Any:
        code = frame.f_code
        if not is_own(code.co_filename) or engine.running is None or engine.is_free:
            return None
        if engine.tracks:
            engine.running.switchable, engine.running.is_due = True, False
        if engine.grain == "line":
            return at_line
        if engine.grain == "opcode":
            frame.f_trace_opcodes, frame.f_trace_lines = True, False
            return at_opcode
        plan = plans.plan(code)
        if not plan:
            return None
        # Before the first thread is started nobody is stopped.
        frame.f_trace_opcodes, frame.f_trace_lines = engine.unjoined > 0, False
        switches = points(code) if engine.tracks else {}

        def at_access(frame: FrameType, event: str, _arg: Any) -> Any:
            if event != "opcode":
                return at_access
            if engine.is_free:
                frame.f_trace_opcodes = False
                return None
            offset = frame.f_lasti
            probe = plan.get(offset)
            if probe is not None and engine.unjoined:
                operation = probe(frame, frame.f_locals)
                if operation is not None and engine.is_shared(operation, code, offset):
                    if switches:
                        _gone_by(engine)
                    engine.stop(operation, None, None, frame)
                    frame.f_locals  # noqa: B018
            if switches:
                _gone_by(engine)
                _switch_point(engine, switches.get(offset))
            return at_access

        return at_access

    return at_call


def _gone_by(engine: Engine) -> None:
    """The call that the worker was in is over."""
    worker = engine.running
    if worker is not None and worker.is_due:
        worker.switchable, worker.is_due = True, False


def _switch_point(engine: Engine, kind: int | None) -> None:
    worker = engine.running
    if worker is None or kind is None:
        return
    if kind == HERE:
        worker.switchable = True
    else:
        worker.is_due = True


def _watch(engine: Engine) -> None:
    """Turn events on for the program's own code."""
    events = _monitoring.events
    if _monitoring.get_tool(_TOOL) is None:
        _monitoring.use_tool_id(_TOOL, "paraviz explore")
        _monitoring.register_callback(_TOOL, events.LINE, _line)
        _monitoring.register_callback(_TOOL, events.INSTRUCTION, _instruction)
        _monitoring.register_callback(_TOOL, events.PY_START, _start)
        _monitoring.register_callback(_TOOL, events.PY_RESUME, _start)
    wanted = events.LINE if engine.grain == "line" else events.INSTRUCTION
    starts = events.PY_START | events.PY_RESUME if engine.tracks else 0
    key = (engine.grain, engine.tracks)
    if _watched[0] != key:
        _monitoring.restart_events()
        _watched[0] = key
    for code in _codes:
        # Where nothing is touched nobody need be stopped.
        each = starts | (wanted if engine.grain != "access" or plans.plan(code) else 0)
        # Equal code objects are not the same one.
        if _on.get(id(code)) != (each, code):
            _monitoring.set_local_events(_TOOL, code, each)
            _on[id(code)] = each, code


def _instruction(code: CodeType, offset: int) -> Any:
    probe = plans.plan(code).get(offset)
    engine = Engine.current
    every = engine is not None and engine.grain == "opcode"
    kind = None
    if engine is not None and engine.tracks:
        kind = points(code).get(offset)
    if probe is None and not every and kind is None:
        return _monitoring.DISABLE
    if engine is None or engine.is_free:
        return None
    worker = engine.running
    if worker is None or worker.ident != raw_ident():
        return None
    if engine.unjoined and (probe is not None or every):
        frame = sys._getframe(1)
        operation = probe(frame, frame.f_locals) if probe is not None else None
        if every:
            engine.stop(operation or _UNKNOWN_STEP, None, None, frame)
        elif operation is not None and engine.is_shared(operation, code, offset):
            _gone_by(engine)
            engine.stop(operation, None, None, frame)
    if engine.tracks:
        _gone_by(engine)
        _switch_point(engine, kind)
    return None


def _line(_code: CodeType, _at: int) -> None:
    engine = Engine.current
    if engine is None or not engine.unjoined or engine.running is None:
        return
    if engine.running.ident == raw_ident():
        engine.stop(_LINE_STEP, None, None, sys._getframe(1))


def _start(_code: CodeType, _offset: int) -> Any:
    engine = Engine.current
    if engine is None or not engine.tracks:
        return _monitoring.DISABLE
    worker = engine.running
    if worker is not None and worker.ident == raw_ident():
        worker.switchable, worker.is_due = True, False
    return None
