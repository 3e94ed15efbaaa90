"""What was chosen is kept, whatever becomes of the file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from paraviz.text import language
from paraviz.user.settings import Settings, load, save

CHOSEN = Settings("paraviz-light", "de", projection=True)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    return tmp_path / "paraviz" / "settings.json"


@pytest.fixture
def nothing_preferred(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(language, "_chosen", None)
    monkeypatch.delenv("PARAVIZ_LANG")
    yield
    language.prefer("")


def test_there_and_back(file: Path) -> None:
    assert load() == (Settings(), "")
    save(CHOSEN)
    assert load() == (CHOSEN, "")
    assert [path.name for path in file.parent.iterdir()] == [file.name]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"dark"',
        b'{"theme": 3}',
        b'{"projection": 1}',
        b"\xff\xfe\x00",
        b"[" * 50_000,
        b'{"theme": "nord"}' + b" " * 100_000,
    ],
    ids=["empty", "cut", "list", "text", "number", "one", "binary", "deep", "large"],
)
def test_a_damaged_file_is_told_of_in_one_line_and_replaced(file: Path, content: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(content)
    settings, trouble = load()
    assert settings == Settings()
    assert str(file) in trouble and "damaged" in trouble and "\n" not in trouble
    save(CHOSEN)
    assert load() == (CHOSEN, "")


def test_what_a_newer_version_keeps_is_no_damage(file: Path) -> None:
    file.parent.mkdir()
    file.write_text(json.dumps({"theme": "nord", "font": ["large"]}))
    assert load() == (Settings("nord"), "")


def test_what_is_no_file_is_told_of_and_left_alone(file: Path) -> None:
    file.mkdir(parents=True)
    settings, trouble = load()
    assert settings == Settings() and trouble.startswith("The settings cannot be read: ")
    save(CHOSEN)
    assert os.listdir(file.parent) == [file.name]


def test_where_nothing_can_be_written_nothing_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").write_text("")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "taken"))
    save(CHOSEN)
    assert load()[0] == Settings()


@pytest.mark.usefixtures("nothing_preferred")
def test_the_language_chosen_in_the_app_goes_before_the_locales(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_ALL", "en_GB.UTF-8")
    assert language.current() == "en"
    language.prefer("de")
    assert language.current() == "de"
    monkeypatch.setenv("PARAVIZ_LANG", "en")
    assert language.current() == "en"
    monkeypatch.delenv("PARAVIZ_LANG")
    monkeypatch.setenv("LC_ALL", "de_AT.UTF-8")
    language.prefer("tlh")
    assert language.current() == "de"
    language.prefer("en")
    assert language.current() == "en"


@pytest.mark.usefixtures("nothing_preferred")
def test_the_command_line_speaks_the_language_that_was_chosen(
    file: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from paraviz.cli import _exit_code

    monkeypatch.setenv("LC_ALL", "C")
    save(Settings(language="de"))
    assert file.exists()
    assert _exit_code(["--help"]) == 0
    assert "wie die App sie zeigt" in capsys.readouterr().out
    monkeypatch.setenv("PARAVIZ_LANG", "en")
    assert _exit_code(["--help"]) == 0
    assert "as the app shows it" in capsys.readouterr().out
