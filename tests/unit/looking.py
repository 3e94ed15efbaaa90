"""What a search has to find, by looking at everything, one thing after the other."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING

from paraviz import events as ev
from paraviz.trace import State

if TYPE_CHECKING:
    from paraviz.trace import Lane, Trace

Found = list[tuple[int, int, int]]
"""(lane, begin, end)"""

LENGTHS = {
    "wait": (State.WAITING_GIL, State.WAITING_LOCK, State.WAITING_CPU, State.BLOCKED),
    "run": (State.RUNNING,),
    "gil": (State.WAITING_GIL,),
    "lock": (State.WAITING_LOCK,),
    "blocked": (State.BLOCKED,),
}


def one_by_one(trace: Trace, query: list[str]) -> Found:
    words = [term for term in query if "<" not in term and ">" not in term]
    lengths = [term for term in query if term not in words]
    result: Found = []
    for index, lane in enumerate(trace.lanes):
        left = [word for word in words if not label_has(trace, index, word)]
        if not lengths:
            result += things(trace, index, words, left)
        elif lengths[0].startswith("span"):
            result += [
                (index, start, end)
                for name, start, end in spans(trace, lane)
                if end - start >= number(lengths[0])
                if all(name_has(name, word) for word in left)
            ]
        else:
            result += [
                (index, start, end)
                for row, (start, end) in enumerate(stretches(lane))
                if as_long(lane, row, end - start, lengths[0])
                if all(state_has(trace, lane, row, start, end, word) for word in left)
            ]
    return result


def things(trace: Trace, index: int, words: list[str], left: list[str]) -> Found:
    """The life of a lane, its events and the spans that have none."""
    lane = trace.lanes[index]
    result = [] if left else [(index, lane.start_ns, lane.end_ns)]
    for row, at in enumerate(lane.times.tolist()):
        own = [event_has(trace, lane, row, word) for word in left or words]
        if all(own) if left else any(own):
            result.append((index, at, at))
    for name, start, end in spans(trace, lane) if len(lane.spans) else []:
        own = [name_has(name, word) for word in left or words]
        if all(own) if left else any(own):
            result.append((index, start, end))
    return result


def number(term: str) -> int:
    return int("".join(each for each in term if each.isdigit()))


def as_long(lane: Lane, row: int, length: int, term: str) -> bool:
    name = re.split("[<>]", term)[0]
    if State(int(lane.states.states[row])) not in LENGTHS[name]:
        return False
    bound = number(term)
    if ">" in term:
        return length >= bound if "=" in term else length > bound
    return length <= bound if "=" in term else length < bound


def stretches(lane: Lane) -> list[tuple[int, int]]:
    return list(itertools.pairwise([*lane.states.starts.tolist(), lane.end_ns]))


def parts(term: str) -> tuple[str, str]:
    field, colon, text = term.partition(":")
    if not colon or field not in ("name", "lane", "kind", "text", "at"):
        field, text = "any", term
    return field, text.strip('"').lower()


def label_has(trace: Trace, index: int, term: str) -> bool:
    field, text = parts(term)
    labels = [lane.name.lower() for lane in trace.lanes]
    if field == "lane" and text in labels:
        return labels[index] == text
    return field in ("any", "name", "lane") and text in labels[index]


def event_has(trace: Trace, lane: Lane, row: int, term: str) -> bool:
    field, text = parts(term)
    kind, obj, site = int(lane.kinds[row]), int(lane.objects[row]), int(lane.sites[row])
    if field == "kind":
        names = set(ev.KIND_NAMES.values())
        name = ev.KIND_NAMES[kind]
        return name == text if text in names else text in name
    if field in ("any", "name") and obj >= 0:
        if kind in ev.kinds_about(ev.A_LANE):
            if text in trace.lanes[obj].name.lower():
                return True
        elif kind != ev.WRITE and text in trace.objects[obj].name.lower():
            return True
    if field in ("any", "at") and site >= 0:
        place = trace.sites[site]
        file = place.file.rpartition("/")[2]
        if text in file or text in place.function.lower():
            return True
        head, colon, line = text.rpartition(":")
        if colon and line == str(place.line) and head in file:
            return True
    if field in ("any", "text") and kind == ev.WRITE:
        sizes = [int(v) for v, k in zip(lane.values, lane.kinds, strict=True) if k == ev.WRITE]
        nth = int((lane.kinds[:row] == ev.WRITE).sum())
        begin = sum(sizes[:nth])
        return text in lane.text[begin : begin + sizes[nth]].lower()
    return False


def state_has(trace: Trace, lane: Lane, row: int, start: int, end: int, term: str) -> bool:
    cause = int(lane.states.causes[row])
    if cause >= 0 and event_has(trace, lane, cause, term):
        return True
    return lane.states.states[row] == State.RUNNING and any(
        event_has(trace, lane, event, term)
        for event, at in enumerate(lane.times.tolist())
        if start <= at < end
    )


def name_has(name: str, term: str) -> bool:
    field, text = parts(term)
    return field in ("any", "name") and text in name.lower()


def spans(trace: Trace, lane: Lane) -> list[tuple[str, int, int]]:
    """(name, begin, end)"""
    if len(lane.spans):
        named = [trace.span_names[name] for name in lane.spans.names.tolist()]
        starts, ends = lane.spans.starts.tolist(), lane.spans.ends.tolist()
        return list(zip(named, starts, ends, strict=True))
    stack: list[int] = []
    pairs = []
    for row, kind in enumerate(lane.kinds.tolist()):
        if kind in (ev.SPAN_BEGIN, ev.TASK_BEGIN):
            stack.append(row)
        elif kind in (ev.SPAN_END, ev.TASK_END) and stack:
            pairs.append((stack.pop(), int(lane.times[row])))
    pairs += [(row, max(int(lane.times[row]), lane.end_ns)) for row in stack]
    names = [thing.name for thing in trace.objects] + [""]
    return [(names[lane.objects[row]], int(lane.times[row]), end) for row, end in pairs]
