"""A recording to share has nothing in it that was to be left out."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from paraviz.errors import UsageError
from paraviz.formats import load, save
from paraviz.trace import Trace
from paraviz.trace.redaction import PARTS, parts_of, redacted

RECORDING = Path(__file__).parents[1] / "data" / "printers_locked.pviz"
FOLDER = "/srv/kept/secret"


def recorded() -> Trace:
    trace = load(RECORDING)
    return replace(
        trace,
        program=replace(trace.program, path=f"{FOLDER}/printers.py", argv=("--n", "3")),
        sites=tuple(replace(site, file=f"{FOLDER}/printers.py") for site in trace.sites),
        executable=f"{FOLDER}/bin/python",
        notices=(f"1 process was not observed: python {FOLDER}/other.py",),
    )


def test_what_is_left_out_is_nowhere(tmp_path: Path) -> None:
    trace = recorded()
    left = redacted(trace)
    save(left, tmp_path / "a.pviz")
    content = (tmp_path / "a.pviz").read_bytes()
    assert trace.program.source and trace.program.argv
    assert not load(tmp_path / "a.pviz").program.source and not left.program.argv
    assert FOLDER.encode() not in content and b"other.py" not in content
    assert trace.program.source[:40].encode() not in content
    for before, after in zip(trace.lanes, left.lanes, strict=True):
        assert len(before.text) == len(after.text)
        assert set(after.text) <= {"x", "\n"}
    assert left.events == trace.events and left.wall_ns == trace.wall_ns


@pytest.mark.parametrize("part", PARTS)
def test_each_is_left_out_by_itself(part: str) -> None:
    trace = recorded()
    left = redacted(trace, [part])
    kept = {
        "argv": left.program.argv == trace.program.argv,
        "source": left.program.source == trace.program.source,
        "output": [lane.text for lane in left.lanes] == [lane.text for lane in trace.lanes],
        "paths": left.program.path == trace.program.path,
    }
    assert [name for name, same in kept.items() if not same] == [part]


def test_what_there_is_not_is_refused() -> None:
    assert parts_of("argv, output") == ("argv", "output") and parts_of("") == PARTS
    with pytest.raises(UsageError):
        parts_of("argv,secrets")
