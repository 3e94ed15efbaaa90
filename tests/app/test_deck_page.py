"""A deck as one page: its slides and real runs, nothing of what others wrote as markup, no network;
in a real browser it answers keys, and a run opens in a frame that can reach nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from paraviz.cli import cli
from paraviz.formats import load
from paraviz.lecture.deck import parse_deck
from paraviz.text import language
from paraviz.tui.page.data import page_data
from paraviz.tui.page.deck import deck_page
from paraviz.tui.page.lanes import MOST_LANES, lanes_svg
from paraviz.tui.page.prose import prose
from paraviz.tui.render.view import TraceView
from tests import traces

if TYPE_CHECKING:
    from collections.abc import Iterator

DATA = Path(__file__).parents[1] / "data"
BROWSER = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")
DECK = """---
title: A deck
author: somebody
---
# One <script>alert(1)</script>

<b onclick="x()">bold</b> [bad](javascript:alert(1)) [good](https://example.org)

| a | b |
|---|---|
| 1 | 2 |

<!-- notes: for the speaker alone -->

## Two

```python {1|4-5}
import threading

def work():
    print("</script><script>alert(2)</script>")

thread = threading.Thread(target=work)
thread.start()
thread.join()
```

<!-- pause -->

- later
- still

```python exception=KeyError
raise ValueError("no")
```
"""


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, str, int]]:
    folder = tmp_path_factory.mktemp("deck")
    (folder / "deck.md").write_text(DECK)
    out = folder / "out.html"
    (folder / "deck.toml").write_text('[[block]]\nslide = "Gone"\n')
    done = CliRunner().invoke(
        cli, ["present", "--html", str(out), str(folder / "deck.md")], standalone_mode=False
    )
    yield out, done.output, done.return_value


def test_slides_and_their_recorded_runs(written: tuple[Path, str, int]) -> None:
    out, told, code = written
    text = out.read_text()
    assert (
        "2 slides, 2 recorded runs" in told and len(re.findall('<section class="slide"', text)) == 2
    )
    # What differs from what was expected is told, in the page as well.
    assert "no block is meant by 'Gone'" in told
    assert code == 1 and "KeyError was expected" in told and "KeyError was expected" in text
    assert text.count('<svg xmlns="http://www.w3.org/2000/svg" class="lanes"') == 2
    assert load(out.with_name("out-runs") / "block-1.pviz").lanes[1].name.startswith("Thread-1")
    assert 'href="out-runs/block-1.pviz"' in text
    assert 'data-steps="[[1], [4, 5]]"' in text and '<span class="k-kn">import</span>' in text
    assert len(re.findall('<div class="part">', text)) == 3 and "<li>later</li>" in text
    assert "<td>1</td>" in text and "for the speaker" not in text
    held = re.search(r'id="run-1">(.*?)</script>', text)
    assert held is not None and json.loads(held[1])["title"] == "block_1.py"


def test_what_others_wrote_is_text_and_nothing_reaches_out(written: tuple[Path, str, int]) -> None:
    text = written[0].read_text()
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None and policy[1].startswith("default-src 'none'")
    assert "'unsafe-inline'" not in policy[1].partition("script-src")[2]
    script = text[text.rindex("<script>") + 8 : text.rindex("</script>")]
    named = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert f"'sha256-{named}'" in policy[1]
    # Data, words, frame and the one script of the page.
    assert text.count("<script") == 5 and "<b onclick" not in text
    assert 'href="javascript' not in text and 'href="https://example.org" rel="noopener' in text
    reached = set(re.findall(r'(?:src|href)="([a-z]+:[^"]*)"', text))
    assert reached == {"https://example.org"}


def test_pictures_come_along_from_beside_the_deck_alone(tmp_path: Path) -> None:
    folder = tmp_path / "deck"
    folder.mkdir()
    (tmp_path / "outside.png").write_bytes(b"\x89PNG\r\n\x1a\n1")
    (folder / "in.png").write_bytes(b"\x89PNG\r\n\x1a\n2")
    (folder / "text.png").write_text("a secret")
    text = prose(
        "![a](in.png) ![b](../outside.png) ![c](text.png) ![d](https://x.org/e.png)", folder
    )
    assert text.count("<img") == 1 and "data:image/png;base64," in text
    assert text.count("picture that is not in this page") == 3


def test_without_runs_with_notes_in_german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", "de")
    text = deck_page(parse_deck(DECK), {}, theme="dark", notes=True)
    assert '<html lang="de" data-theme="dark">' in text and "<figure" not in text
    assert '<aside class="notes"><p>for the speaker alone</p>' in text and "alle Folien" in text


def test_a_picture_of_lanes_is_small_and_says_what_is_left_out() -> None:
    lanes = [traces.lane(f"<{number}>\x1b", [], end_ns=100) for number in range(MOST_LANES + 3)]
    picture = lanes_svg(page_data(TraceView.of(traces.trace(lanes))), 'say "so"', alone=True)
    assert "3 more lanes" in picture and "&lt;0&gt;" in picture and "\x1b" not in picture
    assert 'aria-label="say &quot;so&quot;"' in picture and "prefers-color-scheme" in picture
    named = [
        traces.lane(name, [], end_ns=9) for name in ("ForkPoolWorker-123", "Thread-1 (function)")
    ]
    picture = lanes_svg(page_data(TraceView.of(traces.trace(named))))
    assert ">ForkPoolWork…123<" in picture and ">Thread-1 (funct…<" in picture
    real = page_data(TraceView.of(load(DATA / "printers_locked.pviz")))
    picture = lanes_svg(real)
    assert len(picture) < 12_000 and "thread-b waits for a lock" in picture


@pytest.mark.slow
@pytest.mark.skipif(BROWSER is None, reason="there is no browser here")
def test_in_a_browser_it_answers_keys_and_opens_a_run(written: tuple[Path, str, int]) -> None:
    pressed = "".join(
        f'document.dispatchEvent(new KeyboardEvent("keydown", {{key: "{key}"}}));'
        for key in ("PageDown", "PageDown", "t", "Enter")
    )
    named = base64.b64encode(hashlib.sha256(pressed.encode()).digest()).decode()
    text = written[0].read_text()
    text = text.replace("script-src ", f"script-src 'sha256-{named}' ", 1)
    page = written[0].with_name("pressed.html")
    page.write_text(text.replace("</body>", f"<script>{pressed}</script></body>"))
    command = [str(BROWSER), "--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    done = subprocess.run(
        [*command, "--virtual-time-budget=2000", page.as_uri()],
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )
    assert '<section class="slide here" id="2"' in done.stdout
    assert len(re.findall('class="line marked"', done.stdout)) == 2
    assert '<div class="part later">' in done.stdout and '<dialog id="near" open' in done.stdout
    assert re.search(r'<html[^>]*data-theme="(dark|light)"', done.stdout)
    assert 'srcdoc="' in done.stdout and "alert(2)" in done.stdout
    assert not re.search(r"Refused|violates", done.stderr)
