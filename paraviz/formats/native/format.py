"""Native recordings, `.pviz`: plain columns that are used where they lie in the file.

An npz (see `npz`) with `meta.json` (see `meta`), a .npy for each of `columns.Columns`, of what
`extras` names those that the trace has, and whatever else a later version may add: members not
known here are passed over. `numpy.load` reads it.

A recording is mapped, not read. What is opened stays as it was when the file is replaced, as `save`
does; a program that shortens it in place pulls the ground from under the map.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

import numpy as np

from paraviz.formats.native.columns import DTYPES, Columns, checked_trace, columns_of
from paraviz.formats.native.extras import extra_columns, with_extras
from paraviz.formats.native.meta import META_LIMIT, decode_meta, encode_meta
from paraviz.formats.native.npz import MappedNpz, write_npz
from paraviz.formats.progress import Paced
from paraviz.formats.registry import Format

if TYPE_CHECKING:
    from pathlib import Path

    from paraviz.formats.progress import Progress
    from paraviz.trace import Trace

_META = "meta.json"


def read(path: Path, progress: Progress | None = None) -> Trace:
    """The trace in a native recording. Its columns are read-only views of the file."""
    members = MappedNpz(path)
    meta = decode_meta(members.content(_META, META_LIMIT))
    # The first recordings that were made know no sites.
    stored = [name for name in DTYPES if name != "sites" or name in members]
    columns = {name: members.column(name, DTYPES[name]) for name in stored}
    columns.setdefault("sites", np.full(len(columns["times"]), -1, np.int32))
    Paced(progress, 1)(0)
    trace = checked_trace(meta, Columns(**columns))
    return with_extras(
        trace,
        meta,
        lambda name, dtype: members.column(name, dtype) if name in members else None,
    )


def write(trace: Trace, file: BinaryIO, progress: Progress | None = None) -> None:
    """Write a trace. The same trace makes the same bytes."""
    encoded = encode_meta(trace)
    columns = columns_of(trace.lanes)
    members = {name: getattr(columns, name) for name in DTYPES} | extra_columns(trace)
    # What could not be read back is refused here, not when somebody opens the file.
    meta = decode_meta(encoded)
    with_extras(checked_trace(meta, columns), meta, lambda name, _: members.get(name))
    total = sum(column.nbytes for column in members.values())
    write_npz(file, {_META: encoded, **members}, Paced(progress, total))


FORMATS = (Format(".pviz", "paraviz recording", read, write),)
