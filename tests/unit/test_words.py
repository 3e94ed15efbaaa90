"""The app's own words: the German catalogue is complete, and no word of the code is unmarked."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Message as Entry
from babel.messages.mofile import read_mo
from msgspec.structs import replace

from paraviz.analysis.claims.running import claims
from paraviz.analysis.reports.summary_json import summary
from paraviz.errors import FormatError
from paraviz.formats import load
from paraviz.programs import interpreter
from paraviz.text import language
from paraviz.text.durations import duration
from paraviz.text.endings import ending
from paraviz.text.translation import _, localized, ngettext, percent, phrase
from paraviz.trace import Program
from tests.traces import printers
from tools.words import ROOT, catalogue, is_text, marked, marking, messages, po_path, sources

ENGLISH_FILES = {
    **dict.fromkeys(
        (
            "paraviz/levels/programs/b06_double_checked.py",
            "paraviz/levels/programs/c03_philosophers.py",
            "paraviz/levels/programs/c04_lost_wake_up.py",
        ),
        "a program's text",
    ),
    "tui/visiting.py": "names of actions; the words in it are marked",
    **dict.fromkeys(
        ("paraviz/notebook/shown.py", "tui/page/deck.py", "tui/page/lanes.py", "tui/page/prose.py"),
        "markup; the words in it are marked",
    ),
    "paraviz/verifying/comparing.py": "kinds, for machines too",
    "paraviz/verifying/running.py": "a program's text",
    "paraviz/verifying/scratch.py": "what bytes come to is compared, not shown",
    **dict.fromkeys(
        (
            "paraviz/formats/strace/lines.py",
            "paraviz/formats/strace/read.py",
            "paraviz/formats/strace/threads.py",
        ),
        "what strace writes, and how a trace has it; what is said is marked",
    ),
    "paraviz/errors.py": "the titles of errors are shown nowhere",
    "paraviz/events.py": "names of events are exported; the app has a text for each",
    "paraviz/schedule/machine.py": "for machines",
    **dict.fromkeys(
        (
            "paraviz/testing/keeping.py",
            "paraviz/testing/pictures.py",
            "paraviz/testing/plugin.py",
            "paraviz/testing/running.py",
        ),
        "pytest speaks English",
    ),
    "paraviz/trace/excerpt.py": "stored in recordings",
    "paraviz/testing/explore_plugin.py": "pytest speaks English",
    "paraviz/testing/exploring.py": "pytest speaks English",
    "paraviz/testing/steps_as_text.py": "pytest speaks English",
    "paraviz/schedule/recording.py": "stored in recordings",
    "paraviz/schedule/result.py": "what the host tells",
    "paraviz/trace/states/partition.py": "names of states are exported; the app has its words",
    "paraviz/steering/asked.py": "for machines",
    "paraviz/steering/speaking.py": "for machines",
    "paraviz/steering/state.py": "for machines",
    "paraviz/steering/words.py": "how what the host tells begins",
    "paraviz/session/endings.py": "stored in recordings",
    "paraviz/text/remedies.py": "commands of shells",
    "paraviz/attach/layouts.py": "names of fields",
    "tui/__init__.py": "for who imports it by another name",
    "tui/svg.py": "SVG",
    "paraviz/commands/completion_scripts.py": "scripts of shells",
}
ENGLISH_TEXTS = {
    "paraviz: a fault of its own: ": "for who mends it",
    " shows where)": "for who mends it",
    "=1 shows where)": "for who mends it",
    "waiting for lock ": "exported",
    "watch the run": "the name of a thread",
    "complete the view": "the name of a thread",
    "judge the run": "the name of a thread",
    "killed by": "how the reasons of such ends begin in a trace",
    "run again": "the name of a worker of the app",
    "DejaVu Sans Mono": "a font",
    "$accent bold": "a style",
    interpreter._WHO: "for a Python",
    " in interpreter ": "of the probe, sought in names",
    "GIL": "a name",
    "stopped after its grace of ": "in a trace; told by `ending`",
    "cut off: paraviz was lost": "in a trace; told by `ending`",
    "an empty message would be the end": "for who mends it",
    "Python ": "a name",
    " paraviz": "a name",
    "a range from ": "a fault of its own",
    "the index does not fit the lanes": "a fault of its own",
    "<frozen importlib._bootstrap>": "a file",
    "a task": "stored in recordings",
    "any task": "stored in recordings",
    "all tasks": "stored in recordings",
    "cut off at exit": "stored in recordings",
    "event loop": "stored in recordings",
    "stopped at its time limit": "stored in recordings",
    "stopped at its time limit of ": "stored in recordings",
    "stopped being recorded when nobody had run for ": "stored in recordings",
    "a message could not be read: ": "stored in recordings",
    "system call ": "stored in recordings",
    "Chrome trace": "a name",
    "Chrome trace, compressed": "shown nowhere",
    "paraviz recording": "shown nowhere",
    "from \\S+\\.(\\w+_tracker|forkserver) import main": "a pattern",
    "killed by (?:signal )?(\\S+)": "a pattern",
}
"""What stays as it is, and why."""
_WORDS = re.compile(r"[^\W\d_]{2,} +[^\W\d_]|[^\W\d_] +[^\W\d_]{2,}")
_WORD = re.compile(r"[^\W\d_]{2,}")
_SHOWN_BY = ("notify", "Static", "note", "title_row")
"""Calls whose first argument is read by people."""


@pytest.fixture
def german(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARAVIZ_LANG", "de")
    monkeypatch.setattr(language, "_chosen", None)


def entries() -> list[Entry]:
    return [each for each in catalogue("de") if each.id]


def forms(text: object) -> list[str]:
    """A text, or its forms for one and for many."""
    return [str(each) for each in text] if isinstance(text, tuple | list) else [str(text or "")]


def placeholders(text: str) -> set[tuple[str, str, str]]:
    """(name, format, conversion) of each."""
    return {
        (name, spec or "", conversion or "")
        for _text, name, spec, conversion in Formatter().parse(text)
        if name is not None
    }


def test_every_marked_text_is_in_the_german_catalogue_and_no_other() -> None:
    known = {tuple(forms(each.id)) for each in entries()}
    said = {(each.one, each.many) if each.many else (each.one,) for each in messages()}
    assert known == said, "make words"


def test_the_german_catalogue_is_complete() -> None:
    lacking = [each.id for each in entries() if each.fuzzy or not all(forms(each.string))]
    assert not lacking


def test_translations_have_the_placeholders_of_their_texts() -> None:
    for each in entries():
        wanted = set().union(*map(placeholders, forms(each.id)))
        for text in forms(each.string):
            assert placeholders(text) == wanted, text


def test_what_is_shipped_is_what_the_catalogue_says() -> None:
    with po_path("de").with_suffix(".mo").open("rb") as file:
        shipped = [each for each in read_mo(file) if each.id]
    assert _translations(shipped) == _translations(entries()), "make words"


def _translations(catalogue: list[Entry]) -> dict[tuple[str, ...], list[str]]:
    return {tuple(forms(each.id)): forms(each.string) for each in catalogue}


def unmarked(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, text) of what people may read in a module and nothing marks: several words, a piece of
    a row, or what is handed to a widget."""
    quiet = {id(text) for node in ast.walk(tree) for texts in marking(node) for text in texts}
    quiet |= {id(part) for node in ast.walk(tree) for part in _not_read(node)}
    pieces = {id(part) for node in ast.walk(tree) for part in _read(node)}
    for node in ast.walk(tree):
        if is_text(node) and id(node) not in quiet:
            pattern = _WORD if id(node) in pieces else _WORDS
            if pattern.search(str(node.value)):
                yield node.lineno, str(node.value)


def _not_read(node: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, and the texts under a field; types; names of keys and actions; CSS classes."""
    if isinstance(node, ast.Expr):
        yield node.value
    elif isinstance(node, ast.Call):
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name in ("Ink", "Literal", "Binding"):
            yield from ast.walk(node)
        for each in node.keywords:
            if each.arg in ("classes", "id", "mood", "action", "keys"):
                yield each.value
    elif isinstance(node, ast.AnnAssign | ast.arg) and node.annotation is not None:
        yield from ast.walk(node.annotation)
    elif isinstance(node, ast.Subscript):
        yield node.slice


def _read(node: ast.AST) -> Iterator[ast.AST]:
    """The text of a piece of a row, `("text", ink)`, and what is handed to a widget."""
    if isinstance(node, ast.Tuple) and len(node.elts) == 2:
        ink = node.elts[1]
        name = ink.func if isinstance(ink, ast.Call) else ink
        if isinstance(name, ast.Name) and (name.id in ("Ink", "ink", "what") or name.id.isupper()):
            yield from _literals(node.elts[0])
    elif isinstance(node, ast.Call) and node.args:
        function = node.func
        name_of = function.attr if isinstance(function, ast.Attribute) else ""
        name_of = function.id if isinstance(function, ast.Name) else name_of
        if name_of in _SHOWN_BY:
            yield from _literals(node.args[0])


def _literals(node: ast.expr) -> Iterator[ast.AST]:
    """The literals that an expression may be, or is put together of."""
    if isinstance(node, ast.JoinedStr):
        yield from node.values
    elif isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.BinOp):
        yield from _literals(node.left)
        yield from _literals(node.right)
    else:
        yield node


def test_no_text_that_people_read_is_unmarked() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}: {text!r}"
        for path in sources()
        if str(path.relative_to(ROOT)) not in ENGLISH_FILES
        for line, text in unmarked(ast.parse(path.read_text("utf-8")))
        if text not in ENGLISH_TEXTS
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ('raise UsageError("not so")', ["not so"]),
        ('raise UsageError(_("not so"))', []),
        ('raise UsageError(f"{x} not so")', [" not so"]),
        ('row = [("held by ", QUIET)]', ["held by "]),
        ('row = [("output", Ink("quiet"))]', ["output"]),
        ('row = [(_("output"), Ink("quiet"))]', []),
        ('self.notify("saved")', ["saved"]),
        ('self.notify("on" if x else "off")', ["on", "off"]),
        ('yield Static("source", classes="a heading")', ["source"]),
        ('x = 1\n"""What it is for."""', []),
    ],
)
def test_unmarked_texts_are_found(code: str, found: list[str]) -> None:
    assert [text for _line, text in unmarked(ast.parse(code))] == found


def test_commands_and_the_command_line_are_marked_by_what_they_are() -> None:
    code = (
        'Command("run", "enter", "enter", "Run", "Run it", "go", "n p", rank=0)\n'
        '@click.option("--lang", metavar="en", help="The language")\n'
        '@cli.command("open")\n'
        'def open_():\n    """Look at it."""\n'
    )
    texts = {one for one, _many, _line in marked(ast.parse(code))}
    assert texts == {"enter", "Run", "Run it", "go", "The language", "Look at it."}


def test_english_is_what_stands_in_the_code_and_opens_no_catalogue() -> None:
    script = (
        "import sys\nfrom paraviz.text.translation import _, ngettext\n"
        "assert (_('output'), ngettext('a', 'b', 2)) == ('output', 'b')\n"
        "sys.exit('gettext' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], env={"PARAVIZ_LANG": "en"}, timeout=60)
    assert done.returncode == 0


@pytest.mark.usefixtures("german")
def test_german_is_what_the_catalogue_says() -> None:
    assert (_("output"), _("")) == ("Ausgabe", "")
    forms = [ngettext("{count:,} event", "{count:,} events", count) for count in (1, 2)]
    assert [text.format(count=2) for text in forms] == ["2 Ereignis", "2 Ereignisse"]


@pytest.mark.usefixtures("german")
def test_a_phrase_is_english_for_machines_and_told_in_the_current_language() -> None:
    each = (phrase("{lost:,} of `{name}`", lost=7, name="x"),)
    said = phrase(
        "{lost:,} of {written:,} updates lost: {each}", lost=7, written=1000, each=each * 2
    )
    assert said.english == "7 of 1,000 updates lost: 7 of `x`, 7 of `x`"
    assert said.told == "7 von 1.000 Änderungen verloren: 7 von `x`, 7 von `x`"
    told = phrase("{count} process: {pids}", "{count} processes: {pids}", count=2, pids="1, 2")
    assert (told.english, told.told) == ("2 processes: 1, 2", "2 Prozesse: 1, 2")


@pytest.mark.usefixtures("german")
def test_numbers_in_german_texts_have_german_marks() -> None:
    share = _("{share:.2%} of the time spent on them").format(share=0.0056)
    assert share == "0,56 % der Zeit dafür aufgewendet"
    said = phrase("{length} from begin to end by the clock", length=duration(12_410_000))
    assert said.english == "12.4 ms from begin to end by the clock"
    assert said.told == "12,4 ms vom Anfang bis zum Ende nach der Uhr"
    name = _("{name} is not a file").format(name="a,b.c")
    assert "a,b.c" in name, "what is no number stays"
    assert localized("1,234.5") == "1.234,5"


@pytest.mark.parametrize(
    ("part", "whole", "english", "told"),
    [
        (0, 7, "0%", "0 %"),
        (1, 1000, "< 1%", "< 1 %"),
        (1, 2, "50%", "50 %"),
        (7, 7, "100%", "100 %"),
    ],
)
def test_shares_are_whole(
    monkeypatch: pytest.MonkeyPatch, part: int, whole: int, english: str, told: str
) -> None:
    monkeypatch.setattr(language, "_chosen", "en")
    assert percent(part, whole) == english
    monkeypatch.setattr(language, "_chosen", "de")
    assert percent(part, whole) == told


@pytest.mark.usefixtures("german")
def test_how_something_ended_is_told() -> None:
    stored = ["ended", "exit 3", "killed by SIGKILL", "killed by signal 77", "ValueError", ""]
    told = ["beendet", "Exit 3", "getötet von SIGKILL", "getötet von Signal 77", "ValueError", ""]
    assert [ending(reason) for reason in stored] == told


def paraviz(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "paraviz", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


def test_the_command_line_speaks_german() -> None:
    assert "Ohne Befehl öffnet sich die App" in paraviz("--lang", "de", "--help").stdout
    assert "Die Sprache aller Texte" in paraviz("run", "--lang", "de", "--help").stdout
    assert "es gibt keine Datei" in paraviz("--lang", "de", "run", "nowhere.py").stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "eine leere Datei"),
        (b"PK\3\4 and no more", "beschädigt: sie ist abgeschnitten"),
        (b"no zip", "keine Aufzeichnung von paraviz"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_in_german(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes, said: str
) -> None:
    monkeypatch.setattr(language, "_chosen", "de")
    path = tmp_path / "a.pviz"
    path.write_bytes(content)
    with pytest.raises(FormatError) as refused:
        load(path)
    assert refused.value.message.endswith(f"a.pviz: {said}")


RECORDING = str(Path(__file__).parents[1] / "data" / "printers_locked.pviz")


def test_machines_read_the_same_in_every_language(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = replace(printers(), program=Program("printers", claims=("interleaved", "processes")))
    english = summary(shown)
    monkeypatch.setenv("PARAVIZ_LANG", "de")
    assert summary(shown) == english
    assert [claim.told for claim in claims(shown)] != [claim.text for claim in claims(shown)]


def test_the_report_is_german() -> None:
    told = paraviz("--lang", "de", "info", RECORDING).stdout
    assert "Zustände    vom Betriebssystem gesehen" in told or "Zustände    aus" in told
    assert all(len(line) <= 80 for line in told.splitlines())
