"""Traces of system calls by strace: who waited in which call, and no more than strace knows."""

from __future__ import annotations

import random
import re
from pathlib import Path

import numpy as np
import pytest

from paraviz.analysis.figures import explained, figures
from paraviz.errors import FormatError
from paraviz.formats import load, save
from paraviz.trace import State, Trace
from paraviz.trace.index import index_of
from paraviz.trace.model import SYSCALL_CAUSE
from tests.unit.strategies import assert_same

TRACES = Path(__file__).parents[1] / "data/traces"
THREADS = TRACES / "strace-threads.log"
"""`strace -f -ttt -T -e trace=… -o FILE python` of threads that share a lock, a child that
exits with 3 and one that is killed."""
TERMINAL = TRACES / "strace-terminal.log"
"""The same program, `strace -f -tt … 2> FILE`: without -T, numbers only while there are several."""


def opened(text: str, tmp_path: Path, name: str = "calls.txt") -> Trace:
    (tmp_path / name).write_text(text)
    return load(tmp_path / name)


def blocked(trace: Trace, lane: int) -> int:
    states = trace.lanes[lane].states
    lengths = np.diff(states.starts, append=trace.lanes[lane].end_ns)
    return int(lengths[states.states == State.BLOCKED].sum())


def test_every_call_is_a_span_and_waits_add_up_to_what_strace_measured() -> None:
    trace = load(THREADS)
    text = THREADS.read_text()
    calls = re.findall(r"^\d+ +[\d.]+ [a-z0-9_]+\(", text, re.MULTILINE)
    assert sum(len(lane.spans) for lane in trace.lanes) == len(calls)
    # Independently: what wait4, read, sleeps and waits for a futex took, line by line.
    waits = 0
    begun: dict[str, str] = {}
    for line in text.splitlines():
        who, _, what = line.split(maxsplit=2)
        if what.endswith("<unfinished ...>"):
            begun[who] = what
        what = begun.pop(who, "") + what if what.startswith("<...") else what
        took = re.search(r" <([\d.]+)>$", what)
        if took and re.match(r"(wait4|read|clock_nanosleep|vfork|futex\(\w+, FUTEX_WAIT)", what):
            waits += round(float(took[1]) * 1e9)
    # The read in which a child was killed has no end but its own.
    killed = [lane for lane in trace.lanes if lane.end_reason == "SIGKILL"]
    row = trace.lanes.index(killed[0])
    others = sum(blocked(trace, lane) for lane in range(len(trace.lanes)) if lane != row)
    assert 0 <= waits - others < 100_000
    assert 8_000_000 < blocked(trace, row) < 9_500_000


def test_threads_belong_to_their_process_and_processes_end_as_they_did() -> None:
    trace = load(THREADS)
    root = trace.lanes[0]
    assert [lane.kind for lane in trace.lanes] == ["process", *["thread"] * 3, *["process"] * 2]
    assert [lane.pid == root.pid for lane in trace.lanes] == [True] * 4 + [False] * 2
    assert [lane.end_reason for lane in trace.lanes[4:]] == ["exit 3", "SIGKILL"]
    assert (trace.exit_code, trace.end_reason) == (0, "ended")
    assert trace.flows is not None
    arrows = set(zip(trace.flows.from_lanes.tolist(), trace.flows.to_lanes.tolist(), strict=True))
    assert arrows == {(0, lane) for lane in range(1, 6)} | {(4, 0), (5, 0)}
    sleep = trace.lanes[5].states
    assert sleep.causes[sleep.states == State.BLOCKED].tolist()[-1] == SYSCALL_CAUSE  # read
    assert trace.is_foreign


def test_without_t_only_what_was_told_in_two_parts_has_a_length() -> None:
    trace = load(TERMINAL)
    assert [lane.kind for lane in trace.lanes] == ["process", *["thread"] * 3, *["process"] * 2]
    assert len({lane.pid for lane in trace.lanes}) == 3
    assert any(re.match(r"how long \d+ system calls took", notice) for notice in trace.notices)
    assert not any("could not be read" in notice for notice in trace.notices)
    assert blocked(trace, 1) > 9_000_000


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ("pause() = ? ERESTARTNOHAND", "strace wrote no times"),
        ('12:00:01 read(0, "", 1) = 0', "whole seconds"),
        ('7 12:00:01 read(0, "", 1) = 0 <0.1>', "whole seconds"),
        ('7  0.000100 read(0, "", 1) = 0', "count from lines in other files"),
    ],
)
def test_times_that_say_too_little_are_refused(line: str, why: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=why):
        opened(line + "\n", tmp_path)


def test_relative_times_and_midnight(tmp_path: Path) -> None:
    trace = opened(
        '7      0.000000 read(0, "", 1) = 0 <0.000100>\n'
        '8      0.001000 read(0, "", 1) = 0 <0.000200>\n'
        "7      0.002000 close(0) = 0 <0.000001>\n",
        tmp_path,
    )
    assert [lane.start_ns for lane in trace.lanes] == [0, 1_000_000]
    assert trace.lanes[0].spans.starts.tolist() == [0, 3_000_000]
    trace = opened(
        "23:59:59.999000 close(1) = 0 <0.000010>\n00:00:00.001000 close(2) = 0 <0.000010>\n",
        tmp_path,
    )
    assert trace.wall_ns == 2_010_000


def test_lines_that_are_none_are_counted_with_the_first_place(tmp_path: Path) -> None:
    trace = opened(
        "1700000001.000000 close(1) = 0 <0.1>\n"
        "what the program wrote\n1700000002.000000 close(2) = 0 <0.1>\nand more\n",
        tmp_path,
    )
    assert "2 events that could not be read were passed over, the first at byte 37" in trace.notices
    assert [len(lane.spans) for lane in trace.lanes] == [2]


def test_what_is_cut_or_flipped_opens_or_is_refused_in_one_line(tmp_path: Path) -> None:
    content = THREADS.read_bytes()
    chance = random.Random(1)
    for turn in range(25):
        broken = bytearray(content[: chance.randrange(len(content))] if turn % 2 else content)
        for _ in range(20):
            if broken:
                broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
        (tmp_path / "broken").write_bytes(broken)
        try:
            load(tmp_path / "broken")
        except FormatError as error:
            assert "\n" not in error.message


def test_figures_say_nothing_of_cpus_a_gil_or_locks() -> None:
    trace = load(THREADS)
    found = figures(trace, index_of(trace), 0, trace.wall_ns)
    assert found is not None
    told = explained(found)
    words = " ".join(f"{figure.title} {figure.phrase.english}" for figure in told)
    assert "GIL" not in words
    assert "CPU" not in words
    assert "whether anybody waited for a lock is not known" in words


@pytest.mark.parametrize("suffix", [".pviz", ".json"])
def test_it_comes_back_from_our_own_formats(suffix: str, tmp_path: Path) -> None:
    trace = load(THREADS)
    save(trace, tmp_path / f"again{suffix}")
    again = load(tmp_path / f"again{suffix}")
    assert_same(trace, again)
    assert again.is_foreign
