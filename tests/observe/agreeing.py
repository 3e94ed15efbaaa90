"""Whether the sentence of a claim agrees with its own figures and with what a trace counts."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from paraviz import events as ev
from paraviz.analysis.claims.running import ALL_OF_IT, AT_ONCE, ONE_AT_A_TIME
from paraviz.analysis.claims.waiting import FASTER, STARVED
from paraviz.trace.histories.output import output_runs, writes
from paraviz.trace.model import lane_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from paraviz.trace import Trace


def figure(pattern: str, text: str) -> float:
    """The number in a sentence that a pattern's group finds; -1 where it finds none."""
    found = re.search(pattern, text)
    return float(found[1].replace(",", "")) if found else -1.0


def events(trace: Trace, kind: int) -> int:
    """How many events of a kind there are."""
    return sum(int(np.count_nonzero(lane.kinds == kind)) for lane in trace.lanes)


def output(trace: Trace) -> str:
    return "".join(text for _, text in output_runs(trace, ev.STDOUT))


def about(limit: float, share: float) -> bool:
    """Whether a rounded figure is too near to its limit to tell."""
    return abs(limit - share) < limit / 20


def _waits_for_the_end(trace: Trace, text: str) -> bool:
    if text.startswith("nobody"):
        return False
    waiter, other = re.fullmatch("(.+) waited .+ in join for the end of (.+)", text).groups()  # type: ignore[union-attr]
    assert {waiter, other} <= {lane_label(trace.lanes, each) for each in range(len(trace.lanes))}
    return events(trace, ev.JOIN_BEGIN) > 0


def _interleaved(trace: Trace, text: str) -> bool:
    letters = output(trace).strip()
    changes = sum(one != other for one, other in pairwise(letters))
    assert figure(r"changed ([\d,]+) time", text) == changes
    return changes > 1


def _one_at_a_time(_: Trace, text: str) -> bool:
    share = figure(r"for ([\d.]+)% of", text) / 100
    assert about(ONE_AT_A_TIME, share) or (share < ONE_AT_A_TIME) == text.startswith("no two")
    return text.startswith("no two")


def _at_once(_: Trace, text: str) -> bool:
    share = figure(r": (\d+)% of", text) / 100
    assert about(AT_ONCE, share) or (share > AT_ONCE) == text.startswith("workers ran")
    return text.startswith("workers ran")


def _handed_out(trace: Trace, text: str) -> bool:
    tasks = events(trace, ev.TASK_BEGIN)
    assert not tasks or figure(r"([\d,]+) tasks? for", text) == tasks
    return figure(r"for (\d+) worker", text) > 1


def _processes(trace: Trace, text: str) -> bool:
    pids = {lane.pid for lane in trace.lanes}
    assert set(map(int, re.findall(r"\d+", text.partition(":")[2]))) == pids
    return len(pids) > 1


def _lost_updates(trace: Trace, text: str) -> bool:
    written = figure(r"of ([\d,]+)", text)
    assert written == events(trace, ev.MEMORY_WRITE)
    return figure(r"^([\d,]+) of", text) > 0


def _says_lost(trace: Trace, text: str) -> bool:
    lost = figure(r"(\d+) updates lost", output(trace))
    assert lost == max(0, figure(r"says: ([\d,]+) of", text))
    return lost > 0


def _deadlock(_: Trace, text: str) -> bool:
    circle = text.partition(": ")[2].split(" → ")
    assert circle == [""] or (len(circle) > 2 and circle[0] == circle[-1])
    return circle != [""]


def _starves(trace: Trace, text: str) -> bool:
    letters = output(trace).strip()
    late = max(set(letters), key=letters.index)
    assert late in (text.split(maxsplit=1)[0], text.partition(": ")[2].split(",")[0])
    return not set(letters.partition(late)[2]) - {late}


def _in_step(trace: Trace, text: str) -> bool:
    done, apart = Counter(dict.fromkeys("abcd", 0)), 0
    for word in output(trace).split():
        done[word[0]] += 1
        apart = max(apart, done[word[0]] - min(done.values()))
    assert figure(r"(\d+) rounds", text) == max(done.values())
    assert max(1, figure(r"up to (\d+)", text)) == apart
    return apart == 1


def _waits_for_conditions(trace: Trace, text: str) -> bool:
    waits = [int(times.replace(",", "")) for times in re.findall(r"([\d,]+) × `", text)]
    assert sum(waits) == events(trace, ev.WAIT_BEGIN)
    assert max(map(int, output(trace).split())) <= int(trace.program.argv[0].partition("=")[2])
    return len(waits) > 1


def _limited(trace: Trace, text: str) -> bool:
    waits, most = events(trace, ev.LOCK_WAIT), figure(r"than (\d+) at", text)
    # The line's end is a write of its own, and another thread may come in between.
    assert most >= max(len(each.text) for each in writes(trace))
    assert waits == max(0, figure(r": ([\d,]+) of", text))
    return waits > 0


def _messages(trace: Trace, text: str) -> bool:
    pairs = [
        (events(trace, ev.PUT), events(trace, ev.GET)),
        (events(trace, ev.SEND), events(trace, ev.RECEIVE)),
    ]
    paired, told = sum(map(min, pairs)), figure(r"^([\d,]+) message", text)
    if all(begun == ended for begun, ended in pairs):
        assert told == paired
    else:
        # A daemon that is ended with the program may not have said all it did: of what it put and
        # got last, other halves are left over, and not as many of each.
        assert 0 < told <= paired
    return paired > 0


def _alone(_: Trace, text: str) -> bool:
    share = figure(r": (\d+)% of the running", text) / 100
    assert about(ALL_OF_IT, share) or (share > ALL_OF_IT) == ("did all" in text)
    return "did all" in text


def _last_decides(trace: Trace, text: str) -> bool:
    assert text.startswith(max(trace.lanes[1:], key=lambda lane: lane.end_ns).name)
    return "did not decide" not in text


def _starves_for_items(_: Trace, text: str) -> bool:
    share = figure(r"(\d+)% of its life", text) / 100
    assert about(STARVED, share) or (share > STARVED) == (not text.startswith("nobody"))
    return not text.startswith("nobody")


def _faster(_: Trace, text: str) -> bool:
    best = max(float(up) for up in re.findall(r"([\d.]+) of", text))
    assert about(FASTER, best) or (best > FASTER) == ("were faster" in text)
    return "were faster" in text


AGREES: dict[str, Callable[[Trace, str], bool]] = {
    "waits_for_the_end": _waits_for_the_end,
    "interleaved": _interleaved,
    "one_at_a_time": _one_at_a_time,
    "at_once": _at_once,
    "handed_out": _handed_out,
    "processes": _processes,
    "lost_updates": _lost_updates,
    "says_lost": _says_lost,
    "deadlock": _deadlock,
    "starves": _starves,
    "in_step": _in_step,
    "waits_for_conditions": _waits_for_conditions,
    "limited": _limited,
    "messages": _messages,
    "starves_for_items": _starves_for_items,
    "faster": _faster,
    "alone": _alone,
    "last_decides": _last_decides,
}
"""Whether a sentence says that the effect is there; fails where its figures do not agree."""
