"""Pictures of recordings that a test compares with those that were agreed on."""

from __future__ import annotations

import difflib
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from os import PathLike


class Compare:
    """Draws and compares."""

    def __init__(self, test: Path, name: str, scratch: Path, *, updates: bool) -> None:
        """`test`: the file that it is in; `name`: what it is called there."""
        self._agreed = test.parent / "pictures"
        self._name = re.sub(r"[^\w.=-]+", "-", name).strip("-")
        self._scratch = scratch
        self._updates = updates

    def __call__(
        self, recording: str | PathLike[str] | Any, name: str = "", size: str = "100x24"
    ) -> None:
        """Fails, and shows what is otherwise, if the picture of a recording is not the agreed one.
        `recording`: its path, or what `paraviz_run` returned. `name`: of the picture, where a test
        has several."""
        path = getattr(recording, "path", recording)
        drawn, agreed = self._scratch / "drawn.txt", self._agreed / f"{name or self._name}.txt"
        words = ["screenshot", "--lang", "en", "--size", size, str(path), "-o", str(drawn)]
        done = subprocess.run(
            [sys.executable, "-m", "paraviz", *words], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.fail(done.stderr.strip(), pytrace=False)
        now = drawn.read_text("utf-8")
        if self._updates:
            agreed.parent.mkdir(exist_ok=True)
            agreed.write_text(now, "utf-8")
            return
        if not agreed.exists():
            words_ = f"no picture is agreed on: {agreed}; --paraviz-update makes it"
            pytest.fail(words_, pytrace=False)
        before = agreed.read_text("utf-8")
        if now != before:
            pytest.fail(
                f"the picture is not the agreed one; --paraviz-update agrees on it\n"
                f"{_difference(before, now, agreed)}",
                pytrace=False,
            )


def _difference(before: str, now: str, agreed: Path) -> str:
    lines = difflib.unified_diff(
        before.splitlines(), now.splitlines(), str(agreed), "as it is now", lineterm="", n=2
    )
    return "\n".join(lines)
