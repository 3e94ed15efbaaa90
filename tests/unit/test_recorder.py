"""The path from a lane to the trace: nothing lost, or said so."""

from __future__ import annotations

import os
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraviz import events as ev
from paraviz.observe.descriptions import described
from paraviz.observe.lane import Lane
from paraviz.observe.shipper import Shipper, _parcels
from paraviz.session.builder import TraceBuilder
from paraviz.session.queue import EventQueue


class OneLane:
    """What a shipper ships, with one lane."""

    def __init__(self) -> None:
        self.lane = Lane(0, "only", kind="process")

    def messages(self) -> Iterator[bytes | bytearray]:
        yield from self.lane.messages(1)

    def relieve(self, limit: int) -> None:
        if len(self.lane.events) > limit:
            self.lane.drop()

    def look(self) -> None:
        pass


def received(parcels: list[bytes | bytearray]) -> TraceBuilder:
    builder = TraceBuilder()
    for parcel in parcels:
        builder.feed(parcel)
    return builder


@given(
    st.lists(st.tuples(st.integers(1, 200), st.none() | st.integers(-(2**62), 2**62)), max_size=60),
    st.integers(1, 40),
    st.integers(1, 200),
)
def test_every_event_arrives_as_it_was(
    emitted: list[tuple[int, int | None]], every: int, repeats: int
) -> None:
    lanes = OneLane()
    parcels: list[bytes | bytearray] = []
    for number, (kind, value) in enumerate(emitted * repeats):
        if value is None:
            lanes.lane.emit(ev.word(kind, number))
        else:
            lanes.lane.emit_value(ev.word(kind, number), value)
        if number % every == 0:
            parcels += _parcels(lanes.messages())
    parcels += _parcels(lanes.messages())
    assert all(len(parcel) <= ev.PARCEL_LIMIT for parcel in parcels)
    (lane,) = received(parcels).lanes(0, "") or (None,)
    if lane is None:
        assert not emitted
        return
    assert lane.kinds.tolist() == [kind for kind, _ in emitted * repeats]
    assert lane.values.tolist() == [value or 0 for _, value in emitted * repeats]
    assert (lane.times[1:] >= lane.times[:-1]).all()
    assert lanes.lane.sent == len(lane.times)


@given(st.lists(st.text(max_size=30), max_size=20), st.integers(1, 3000))
def test_text_arrives_as_it_was(texts: list[str], repeats: int) -> None:
    lane = Lane(0, "only")
    for text in texts:
        lane.texts.append(text * repeats)
        lane.emit_value(ev.word(ev.WRITE, ev.STDOUT), len(text) * repeats)
    found = received(list(_parcels(lane.messages(1)))).lanes(0, "")
    assert "".join(one.text for one in found) == "".join(text * repeats for text in texts)


def test_a_stalled_reader_costs_events_that_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paraviz.observe.shipper.BACKLOG_LIMIT", 50_000)
    queue = EventQueue()
    lanes = OneLane()
    shipper = Shipper(queue.descriptor, lanes)
    total = 0
    while not lanes.lane.dropped:
        for _ in range(10_000):
            lanes.lane.texts.append("x")
            lanes.lane.emit_value(ev.word(ev.WRITE, ev.STDOUT), 1)
            total += 1
        if not shipper.send():
            lanes.relieve(50_000)
    builder = TraceBuilder()
    while not shipper.send():
        while (parcel := queue.get_within(0)) is not None:
            builder.feed(parcel)
    while (parcel := queue.get_within(0)) is not None:
        builder.feed(parcel)
    (lane,) = builder.lanes(0, "")
    assert lanes.lane.sent + lanes.lane.dropped == total
    assert len(lane.times) == lanes.lane.sent
    assert len(lane.text) == lanes.lane.sent, "text and writes are dropped together"
    queue.close()


def test_nobody_reads_any_more() -> None:
    reader, writer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    writer.setblocking(False)
    reader.close()
    lanes = OneLane()
    shipper = Shipper(writer.fileno(), lanes)
    lanes.lane.emit(ev.THREAD_BEGIN)
    assert shipper.send() and shipper.gone
    writer.close()


def test_a_file_under_the_descriptor_is_not_written_to(tmp_path: Path) -> None:
    reader, writer = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    lanes = OneLane()
    shipper = Shipper(writer.fileno(), lanes)
    path = tmp_path / "own"
    own = os.open(path, os.O_WRONLY | os.O_CREAT)
    os.dup2(own, writer.fileno())
    lanes.lane.emit(ev.THREAD_BEGIN)
    shipper.send()
    assert path.stat().st_size == 0
    os.close(own)
    writer.close()
    reader.close()


@given(st.binary(max_size=400))
def test_garbage_is_passed_over_with_a_notice(noise: bytes) -> None:
    builder = TraceBuilder()
    builder.feed(noise)
    builder.feed(ev.message(0x3F, noise))
    assert builder.notices
    lane = Lane(0, "after", kind="process")
    lane.emit(ev.PROGRAM_BEGIN)
    for parcel in _parcels(lane.messages(1)):
        builder.feed(parcel)
    assert builder.origin is not None


def test_what_several_processes_say_is_kept_once() -> None:
    builder = TraceBuilder()
    for pid, text in ((1, "one"), (2, "two"), (3, "one")):
        builder.feed(described(ev.NOTICE, pid=pid, text=text))
    assert builder.notices == ["one (in 2 processes)", "two"]


def test_events_with_a_torn_record_are_refused() -> None:
    builder = TraceBuilder()
    builder.feed(ev.message(ev.EVENTS, ev.EVENTS_HEAD.pack(1, 0, 0) + struct.pack("=3q", 1, 2, 3)))
    assert builder.notices and not builder.lanes(0, "")


@pytest.mark.parametrize("abruptly", [False, True])
def test_an_interrupt_in_the_last_moment_is_no_exception_of_ours(abruptly: bool) -> None:
    """In a process of its own: a recorder has hooks that stay."""
    code = f"""
import os, signal, sys
from paraviz.observe.recorder import Recorder
recorder = Recorder(os.open(os.devnull, os.O_WRONLY | os.O_NONBLOCK), 60)
recorder.start()
finish = recorder._shipper.finish
def interrupted():
    os.kill(os.getpid(), signal.SIGINT)
    return finish()
recorder._shipper.finish = interrupted
recorder.finish("returned", abruptly={abruptly})
print(sorted(signal.sigpending()), [number in signal.pthread_sigmask(0, []) for number in (2, 15)])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stderr, done.returncode) == ("", 0)
    assert done.stdout == "[<Signals.SIGINT: 2>] [True, False]\n"


def test_who_is_not_interrupted_can_be_afterwards() -> None:
    code = """
import os, signal
from paraviz.observe.recorder import Recorder
recorder = Recorder(os.open(os.devnull, os.O_WRONLY | os.O_NONBLOCK), 60)
recorder.start()
recorder.finish("returned")
print(signal.pthread_sigmask(0, []))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.stderr, done.returncode) == ("set()\n", "", 0)
