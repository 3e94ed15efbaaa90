"""Many short texts as two columns, each decoded when it is asked for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, overload

import numpy as np

from paraviz.formats.checks import offsets_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from paraviz.trace.model import Kinds, Times

_LONGEST = 4_096
"""Bytes of a text that are looked at."""


class Names(Sequence[str]):
    """Texts over columns that lie in a file. Bytes that are no text become replacement
    characters: to look at them all would take as long as to decode them."""

    def __init__(self, content: Kinds, offsets: Times) -> None:
        """`content`: uint8[k], UTF-8, lone surrogates passed; `offsets`: int64[n + 1], ascending
        from 0 to k."""
        self._content = content
        self._offsets = offsets

    def __len__(self) -> int:
        return len(self._offsets) - 1

    @overload
    def __getitem__(self, row: int) -> str: ...
    @overload
    def __getitem__(self, row: slice) -> tuple[str, ...]: ...
    def __getitem__(self, row: int | slice) -> str | tuple[str, ...]:
        if isinstance(row, slice):
            return tuple(self[number] for number in range(*row.indices(len(self))))
        if not -len(self) <= row < len(self):
            raise IndexError(row)
        begin, end = self._offsets[row % len(self) :][:2].tolist()
        encoded = self._content[begin : min(end, begin + _LONGEST)].tobytes()
        try:
            return encoded.decode("utf-8", "surrogatepass")
        except UnicodeDecodeError:
            return encoded.decode("utf-8", "replace")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and tuple(self) == tuple(other)

    def __hash__(self) -> int:
        return hash(tuple(self))


def name_columns(names: Sequence[str]) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """What `Names` is made of."""
    encoded = [name.encode("utf-8", "surrogatepass") for name in names]
    return np.frombuffer(b"".join(encoded), np.uint8), offsets_of([len(name) for name in encoded])
