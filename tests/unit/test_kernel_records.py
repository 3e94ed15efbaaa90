"""From rings to columns: nothing lost, nothing made up, whatever lies between."""

from __future__ import annotations

import mmap
import struct
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraviz.kernel.records import in_order, joined, parsed
from paraviz.kernel.rings import HEAD_OFFSET, TAIL_OFFSET, Ring
from tests.unit.switching import Row, columns, lost, odd, record, rows_of

if TYPE_CHECKING:
    from hypothesis.strategies import SearchStrategy

PAGE = mmap.PAGESIZE


def rows() -> SearchStrategy[Row]:
    small = st.integers(-1, 2**31 - 1)
    return st.tuples(st.integers(0, 2**62), small, small, st.integers(0, 4095), st.integers(0, 3))


FORK, COMM, THROTTLE = 7, 3, 5
OTHERS = [
    lost(3),
    lost(10**9),
    odd(FORK, bytes(24)),
    odd(COMM, b"\x0e\0\0\0\0\0\x20\0" * 4),
    odd(THROTTLE, bytes(24)),
]
"""One of them with a body that looks like the heads of switches."""


@given(
    st.lists(
        rows().map(lambda row: (row, record(row)))
        | st.sampled_from(OTHERS).map(lambda raw: (None, raw)),
        max_size=60,
    ),
    st.integers(1, 300),
)
def test_parsed_one_by_one_and_in_runs(pieces: list[tuple[Row | None, bytes]], repeat: int) -> None:
    data = b"".join(raw for _, raw in pieces)
    found, missing = parsed(data * repeat)
    assert rows_of(found) == [row for row, _ in pieces if row is not None] * repeat
    lost_once = 3 * sum(raw == OTHERS[0] for _, raw in pieces) + 10**9 * sum(
        raw == OTHERS[1] for _, raw in pieces
    )
    assert missing == lost_once * repeat


@pytest.mark.parametrize("size", [0, 4, 24, 4096])
def test_what_is_no_record_ends_the_reading(size: int) -> None:
    good = record((5, 1, 1, 0, 0))
    found, missing = parsed(good + struct.pack("=IHH", 99, 0, size) + bytes(40))
    assert (len(found), missing) == (1, 0)


def test_joined_in_order() -> None:
    one, other = columns([(1, 1, 1, 0, 0), (9, 1, 1, 0, 1)]), columns([(1, 2, 2, 1, 0)])
    assert [row[0] for row in rows_of(in_order([one, other]))] == [1, 1, 9]
    assert [row[1] for row in rows_of(in_order([one, other]))] == [1, 2, 1]
    assert len(joined([])) == len(in_order([])) == 0
    assert in_order([one]).since(1).times.tolist() == [0, 8]


class Kernel:
    """The kernel's side of a ring: writes where there is room, else counts."""

    def __init__(self, size: int, head: int) -> None:
        self.memory = bytearray(PAGE + size)
        self.size = size
        self.head = head
        struct.pack_into("=QQ", self.memory, HEAD_OFFSET, head, head)
        assert TAIL_OFFSET == HEAD_OFFSET + 8

    def write(self, raw: bytes) -> bool:
        (tail,) = struct.unpack_from("=Q", self.memory, TAIL_OFFSET)
        if self.head + len(raw) - tail > self.size:
            return False
        for offset, byte in enumerate(raw):
            self.memory[PAGE + (self.head + offset) % self.size] = byte
        self.head += len(raw)
        struct.pack_into("=Q", self.memory, HEAD_OFFSET, self.head)
        return True


@given(
    st.lists(st.lists(rows(), max_size=40), max_size=12),
    st.sampled_from([256, 1024]),
    st.integers(0, 2**50).map(lambda words: words * 8),
)
def test_a_ring_gives_all_it_took_in_its_order(
    rounds: list[list[Row]], size: int, head: int
) -> None:
    kernel = Kernel(size, head)
    ring = Ring(kernel.memory)
    written, read = [], b""
    for batch in rounds:
        written += [row for row in batch if kernel.write(record(row))]
        read += ring.drain()
        assert ring.drain() == b""
    ring.close()
    assert rows_of(parsed(read)[0]) == written


def test_a_full_ring_is_not_an_empty_one() -> None:
    kernel = Kernel(256, 160)
    ring = Ring(kernel.memory)
    for at in range(8):
        assert kernel.write(record((at, 1, 1, 0, 0)))
    assert not kernel.write(record((8, 1, 1, 0, 0)))
    assert [row[0] for row in rows_of(parsed(ring.drain())[0])] == list(range(8))
    assert kernel.write(record((9, 1, 1, 0, 0)))
    ring.close()
