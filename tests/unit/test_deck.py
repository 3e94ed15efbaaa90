"""A deck as slides, its blocks bound to what they need, and all of it run."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from paraviz.errors import FormatError, UsageError
from paraviz.lecture.deck import parse_deck, read_deck
from paraviz.lecture.programs import first_line, shown_code, text_of
from paraviz.lecture.sidecar import Sidecar, binding_of, sidecar_of, unbound

DECK = """---
title: "Two letters"
author: somebody
---
# One

text <!-- notes: say hello -->

```python {1|2-3} exception=KeyError
a = 1
# Not a heading
{}["b"]
```

---

no heading

<!-- pause -->

more

~~~text
``` three
## not a heading
~~~

## Two
### below

```py
print(x)
```

<!-- end_slide -->

```sh
rm -rf /
```
"""


def test_slides_notes_pauses_and_blocks() -> None:
    deck = parse_deck(DECK, "d.md")
    assert (deck.title, deck.author) == ("Two letters", "somebody")
    assert [slide.title for slide in deck.slides] == ["One", "", "Two", ""]
    one, second, two, last = deck.slides
    assert one.notes == "say hello" and "say hello" not in one.markdown
    (block,) = one.runs
    assert (block.number, block.steps) == (1, ((1,), (2, 3)))
    assert block.attributes == {"exception": "KeyError"}
    assert len(second.parts) == 2 and second.runs == ()
    assert "## not a heading" in second.blocks[0].code
    assert "### below" in two.markdown and two.runs[0].number == 2
    assert last.runs == () and last.blocks[0].language == "sh"
    assert "````text" in second.markdown


@pytest.mark.parametrize("text", ["", "\n\n---\n---\n", "<!-- notes: never closed", "```py\nprint"])
def test_whatever_a_text_is_it_is_read(text: str) -> None:
    parse_deck(text)


def test_a_setext_heading_is_no_slide_of_its_own() -> None:
    assert len(parse_deck("Title\n---\ntext\n").slides) == 1


def test_what_no_deck_can_be_is_refused_in_a_line(tmp_path: Path) -> None:
    for content, words in ((b"\xff\xfe\x00", "UTF-8"), (b"", "without a slide")):
        (tmp_path / "d.md").write_bytes(content)
        with pytest.raises(FormatError, match=words):
            read_deck(tmp_path / "d.md")
    with pytest.raises(FormatError, match="No such file"):
        read_deck(tmp_path / "none.md")


def test_a_sidecar_binds_by_number_or_by_slide(tmp_path: Path) -> None:
    deck = parse_deck(DECK)
    path = tmp_path / "d.toml"
    path.write_text(
        '[[block]]\nslide = "Two"\nbefore = "x = 1"\nhide = [1]\n[[block]]\nnumber = 9\n'
    )
    sidecar = sidecar_of(tmp_path / "d.md")
    (one, first), (two, second) = deck.blocks
    bound = binding_of(deck, sidecar, two, second)
    assert text_of(second, bound) == "x = 1\nprint(x)\n"
    assert first_line(bound) == 2 and shown_code(second, bound) == ""
    assert binding_of(deck, sidecar, one, first).expect.exception == "KeyError"
    assert [each.number for each in unbound(deck, sidecar)] == [9]
    assert sidecar_of(tmp_path / "other.md") == Sidecar()
    for wrong in ("[[block]]\nnumbr = 1\n", "[", '[[block]]\nexpect = {matches = "("}\n'):
        path.write_text(wrong)
        with pytest.raises(UsageError, match=r"d\.toml"):
            sidecar_of(tmp_path / "d.md")


def test_the_lectures_own_sidecar_is_whole() -> None:
    assert len(sidecar_of(Path("parallelisierung.md")).block) == 11


def test_all_of_a_deck_runs_and_what_differs_is_told(tmp_path: Path) -> None:
    path = tmp_path / "d.md"
    path.write_text(DECK + "\n```py\nprint('well')\n```\n")
    (tmp_path / "d.toml").write_text(
        '[[block]]\nnumber = 2\nbefore = "x = 1"\nexpect = {output = "2"}\n'
        '[[block]]\nnumber = 3\nexpect = {exception = "ValueError"}\n'
    )
    command = [sys.executable, "-m", "paraviz", "present", "--check", "--json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    told = json.loads(done.stdout)
    assert done.returncode == 1
    assert (told["total"], told["ran"], told["as_expected"]) == (3, 3, 1)
    first, second, third = told["blocks"]
    assert first["as_expected"] and first["exceptions"] == ["KeyError"]
    assert second["differs"] == ["it wrote '1\\n', not what was expected"]
    assert third["differs"] == ["ValueError was expected, and came not"]
