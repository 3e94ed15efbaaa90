"""The source with the workers' marks: against literal rows; and source that nobody can read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paraviz.tui.render.inks import PLAIN, QUIET, Ink, Row, row_text
from paraviz.tui.render.source import coloured, lines_of_workers, source_row

KEYWORD, TEXT = Ink("text", mood="bold"), Ink("overview")
LETTERS = {KEYWORD: "k", TEXT: "t", QUIET: "c", PLAIN: " "}


def spelled(source: str) -> list[tuple[str, str]]:
    """Each line with a letter below each character: keyword, text, comment."""
    return [
        (row_text(row), "".join(LETTERS[ink] * len(text) for text, ink in row).rstrip())
        for row in coloured(source)
    ]


def test_keywords_texts_and_comments() -> None:
    assert spelled('if x:  # so\n    say("a" + b)\n\nreturn None') == [
        ("if x:  # so", "kk     cccc"),
        ('    say("a" + b)', "        ttt"),
        ("", ""),
        ("return None", "kkkkkk kkkk"),
    ]


def test_a_text_over_several_lines() -> None:
    assert spelled("x = '''日\n\n本''' if 1 else 2\n") == [
        ("x = '''·", "    tttt"),
        ("", ""),
        ("·''' if 1 else 2", "tttt kk   kkkk"),
    ]


def test_a_text_with_values_in_it_is_one_text() -> None:
    """As a picture of it is in each Python, though from 3.12 on the tokens are others."""
    assert spelled("say(f\"a{1 if f'{b}' else c}b\", 'c') if d else {e}") == [
        (
            "say(f\"a{1 if f'{b}' else c}b\", 'c') if d else {e}",
            "    ttttttttttttttttttttttttt  ttt  kk   kkkk",
        )
    ]
    assert spelled("x = f'''日{a}é\n\n本{b}é''' if 1 else 2") == [
        ("x = f'''·{a}é", "    ttttttttt"),
        ("", ""),
        ("·{b}é''' if 1 else 2", "tttttttt kk   kkkk"),
    ]


def test_tabs_and_wide_and_invisible_characters_keep_the_columns() -> None:
    assert spelled("if 1:\n\tx = '\x1b[31m日'  # e\u0301 \u202e\n\ty = 'z'") == [
        ("if 1:", "kk"),
        ("    x = '·[31m·'  # e· ·", "        tttttttt  cccccc"),
        ("    y = 'z'", "        ttt"),
    ]


def test_lines_end_where_python_ends_them() -> None:
    odd = "a = 1\x0c\r\nb = 2\u2028\rc = '\x1c'\x85\nd\n"
    assert [text for text, _ in spelled(odd)] == ["a = 1·", "b = 2·", "c = '·'·", "d"]
    assert coloured("") == []
    assert coloured("\n\nx") == [[], [], [("x", PLAIN)]]


@pytest.mark.parametrize(
    "broken",
    [
        "def f(:\n  '''abc",
        "x = 'open\ny = 2",
        "((((\n",
        "if x:\n        y\n   z\n",
        "x = 1\x00\ny",
        "x = '\ud800'\n",
        "f'{'\n",
        "\\",
        "$ ? !\n",
    ],
)
def test_what_is_no_python_is_shown_all_the_same(broken: str) -> None:
    lines = broken.split("\n")
    assert [len(text) for text, _ in spelled(broken)] == [
        len(line) for line in (lines if lines[-1] else lines[:-1])
    ]


@given(st.text(st.sampled_from("if '\"#\\\n\t{}f()é日\x0c\r\ud800x=1"), max_size=40))
def test_every_character_is_shown_once(source: str) -> None:
    plain = source.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
    assert [len(row_text(row)) for row in coloured(source)] == [
        len(line) for line in (plain if plain[-1] else plain[:-1])
    ]


def drawn(workers: list[int], columns: int = 30, *, number: int = 7, here: bool = False) -> Row:
    return source_row(coloured("if x: call('text')")[0], number, workers, columns, here=here)


@pytest.mark.parametrize(
    ("workers", "gutter"),
    [
        ([], "     "),
        ([4], "   ▶ "),
        ([4, 1], "  ▶▶ "),
        ([4, 1, 2], " ▶▶▶ "),
        ([4, 1, 2, 3], "▶×4  "),
        (list(range(999)), "▶×999"),
        (list(range(4_000)), "▶×1k+"),
    ],
)
def test_the_gutter(workers: list[int], gutter: str) -> None:
    assert row_text(drawn(workers)) == gutter + "   7 if x: call('text')"


def test_marks_are_in_the_workers_colours() -> None:
    assert [ink.fore for text, ink in drawn([4, 1]) if text == "▶"] == ["worker-4", "worker-1"]
    assert drawn([9, 1, 2, 3])[0] == ("▶", Ink("worker-1"))


def test_the_chosen_workers_line_is_lit_to_its_end() -> None:
    row = drawn([1], 40, here=True)
    assert row_text(row) == "   ▶    7 if x: call('text')            "
    lit = [text for text, ink in row if ink.back == "panel"]
    assert "".join(lit) == "if x: call('text')            "
    assert not any(ink.back for _, ink in drawn([1], 40))


@pytest.mark.parametrize("here", [False, True])
def test_a_long_line_ends_in_an_ellipsis(here: bool) -> None:
    assert row_text(drawn([], 20, here=here)) == "        7 if x: cal…"
    assert row_text(drawn([], 18, here=here)) == "        7 if x: c…"
    assert row_text(drawn([], 17, here=here)) == "        7 if x: …"
    for columns in range(10, 40):
        assert len(row_text(drawn([1, 2, 3, 4], columns, here=here))) <= columns


def test_numbers_of_long_programs_have_room() -> None:
    for number in (1, 999, 9_999):
        assert row_text(drawn([], number=number))[5:10] == f"{number:4} "


def test_the_chosen_worker_comes_first() -> None:
    places = {0: 3, 1: 5, 2: 3, 4: 3}
    assert lines_of_workers(places, 2) == {3: [2, 0, 4], 5: [1]}
    assert lines_of_workers(places, -1) == {3: [0, 2, 4], 5: [1]}
    assert lines_of_workers({}, 0) == {}
