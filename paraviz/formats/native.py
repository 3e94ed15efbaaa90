"""Native recordings, `.pviz`: plain columns that are used where they lie in the file.

An npz (see `npz`) with `meta.json` (see `meta`), a .npy for each of `columns.Columns`, and whatever
else a later version may add: members not named here are passed over. `numpy.load` reads it.

A recording is mapped, not read. What is opened stays as it was when the file is replaced, as `save`
does; a program that shortens it in place pulls the ground from under the map.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from paraviz.formats.columns import DTYPES, Columns, check, checked_trace, columns_of
from paraviz.formats.meta import META_LIMIT, decode_meta, encode_meta
from paraviz.formats.npz import MappedNpz, write_npz
from paraviz.formats.registry import Format

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.trace import Trace

_META = "meta.json"


def read(path: Path) -> Trace:
    """The trace in a native recording. Its columns are read-only views of the file."""
    members = MappedNpz(path)
    meta = decode_meta(members.content(_META, META_LIMIT))
    # The first recordings that were made know no sites.
    stored = [name for name in DTYPES if name != "sites" or name in members]
    columns = {name: members.column(name, DTYPES[name]) for name in stored}
    columns.setdefault("sites", np.full(len(columns["times"]), -1, np.int32))
    return checked_trace(meta, Columns(**columns))


def write(trace: Trace, file: BinaryIO) -> None:
    """Write a trace. The same trace makes the same bytes."""
    meta = encode_meta(trace)
    columns = columns_of(trace.lanes)
    # What could not be read back is refused here, not when somebody opens the file.
    check(decode_meta(meta), columns)
    write_npz(file, {_META: meta, **{name: getattr(columns, name) for name in DTYPES}})


FORMATS = (Format(".pviz", "paraviz recording", read, write),)
