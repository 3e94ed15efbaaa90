"""A recording as a page: it holds what the trace holds, as data that is no markup, from no network;
in a real browser it draws itself and answers keys."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from paraviz.formats import load
from paraviz.text import language
from paraviz.tui.page import data as page_data
from paraviz.tui.page.writing import page_text, write_page
from tests import traces

DATA = Path(__file__).parents[1] / "data"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")


def held(text: str) -> dict[str, Any]:
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    told: dict[str, Any] = json.loads(found[1])
    return told


def test_it_holds_what_the_trace_holds() -> None:
    trace = load(DATA / "printers_locked.pviz")
    told = held(page_text(trace))
    assert [lane["name"] for lane in told["lanes"]] == ["main", "thread-a", "thread-b"]
    for lane, of in zip(told["lanes"], trace.lanes, strict=True):
        assert (np.cumsum(lane["at"]) + trace.start_ns).tolist() == of.states.starts.tolist()
        assert lane["is"] == of.states.states.tolist()
    assert "".join(text for _at, _lane, text in told["output"]).count("a") == 20
    assert told["point"] == {
        "text": "· thread-b waited 47.4 ms for `lock`, held by thread-a",
        "fault": False,
    }
    (lock,) = told["locks"]
    assert lock["name"] == "lock" and len(lock["holds"]) == 2
    assert any("thread-b waits for lock" in text for text in told["lanes"][2]["says"].values())


def test_times_are_from_the_begin_of_the_trace() -> None:
    late = traces.lane("late", [], start_ns=1_000, end_ns=1_030)
    later = traces.lane("later", [], start_ns=1_010, end_ns=1_040)
    told = held(page_text(traces.trace([late, later])))
    assert told["length"] == 40
    assert [(lane["start"], lane["end"]) for lane in told["lanes"]] == [(0, 30), (10, 40)]
    assert [lane["at"][0] for lane in told["lanes"]] == [0, 10]


def test_names_are_no_markup_and_nothing_reaches_out() -> None:
    trace = traces.printers(locked=True)
    evil = "</script><script>alert(1)</script>"
    lanes = tuple(replace(lane, name=evil, text=evil) for lane in trace.lanes)
    program = replace(trace.program, name=evil, source=evil, argv=(evil,))
    text = page_text(replace(trace, lanes=lanes, program=program))
    assert text.count("<script") == 2 and evil not in text
    assert held(text)["source"]["text"] == evil
    assert not re.search(r"(https?:)?//[a-z]", text.replace("//[a-z]", ""))
    assert "default-src 'none'" in text


def test_what_is_too_much_for_a_page_is_told_in_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    trace = load(DATA / "printers.pviz")
    monkeypatch.setattr(page_data, "MOST_INTERVALS", 10)
    monkeypatch.setattr(page_data, "_COLUMNS", 7)
    told = held(page_text(trace))
    assert any("columns of time" in part for part in told["about"])
    assert all(len(lane["at"]) <= 7 for lane in told["lanes"])


def test_in_german_and_written_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(language, "_chosen", "de")
    write_page(load(DATA / "printers_locked.pviz"), tmp_path / "run.html", "dark")
    text = (tmp_path / "run.html").read_text()
    assert (
        '<html lang="de" data-theme="dark">' in text and held(text)["words"]["output"] == "Ausgabe"
    )
    assert [path.name for path in tmp_path.iterdir()] == ["run.html"]


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="there is no browser here")
def test_in_a_browser_it_draws_itself_and_answers_keys(tmp_path: Path) -> None:
    page = tmp_path / "run.html"
    write_page(load(DATA / "printers_locked.pviz"), page)
    pressed = "".join(
        f'document.dispatchEvent(new KeyboardEvent("keydown", {{key: "{key}"}}));'
        for key in ("ArrowDown", "ArrowDown", "ArrowRight", "ArrowRight", "ArrowRight", "t")
    )
    text = page.read_text().replace("</body>", f"<script>{pressed}</script></body>")
    page.write_text(text)
    command = [str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    done = subprocess.run(
        [*command, "--virtual-time-budget=2000", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    said = re.search(r'<p id="sentence"[^>]*>(.*?)</p>', done.stdout)
    assert said is not None and "thread-b" in said[1] and "waits for lock" in said[1]
    assert re.search(r'<html[^>]*data-theme="(dark|light)"', done.stdout)
    assert re.search(r'<canvas id="canvas"[^>]*style="height: \d+px;?"', done.stdout)
    assert "def print_multiple" in done.stdout
