"""The scenarios that ship, and how a program is found."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from paraviz.errors import ProgramError, UsageError
from paraviz.programs.catalogue import find, scenarios
from paraviz.text import language

if TYPE_CHECKING:
    from collections.abc import Iterator

    from paraviz.programs.parameters import Runnable

FOLDER = Path(__file__).parents[2] / "scenarios"
LINES = 40
"""Lines of a scenario below its docstring: what fits on a slide."""


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(language, "_chosen", "en")
    yield


def notes_of(scenario: Runnable) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{scenario.name}.toml").read_text("utf-8"))


SCENARIOS = pytest.mark.parametrize("name", [scenario.name for scenario in scenarios()])


def test_every_scenario_has_its_place_in_the_contents() -> None:
    contents = tomllib.loads((FOLDER / "contents.toml").read_text("utf-8"))
    listed = [name for group in contents["group"] for name in group["scenarios"]]
    files = {file.stem for file in FOLDER.glob("[!_]*.py")}
    assert len(set(listed)) == len(listed)
    assert set(listed) == files
    assert [scenario.name for scenario in scenarios()] == listed


@SCENARIOS
def test_a_scenario_fits_on_a_slide_and_imports_what_it_may(name: str) -> None:
    source = (FOLDER / f"{name}.py").read_text("utf-8")
    tree = ast.parse(source)
    docstring = tree.body[0]
    assert len(source.splitlines()) - (docstring.end_lineno or 0) <= LINES + 1
    assert max(map(len, source.splitlines())) <= 100
    assert "paraviz" not in source


@SCENARIOS
def test_a_scenario_is_told_in_both_languages(name: str) -> None:
    scenario = find(name)
    notes = notes_of(scenario)
    assert scenario.title and scenario.text
    assert notes["de"]["title"] and notes["de"]["text"]
    assert set(notes.get("parameters", {})) == {each.name for each in scenario.parameters}
    for about in notes.get("parameters", {}).values():
        assert about["en"] and about["de"]


@SCENARIOS
def test_defaults_and_presets_are_within_their_limits(name: str) -> None:
    scenario = find(name)
    for parameter in scenario.parameters:
        assert parameter.parse(str(parameter.default)) == parameter.default
    for preset, value in scenario.preset:
        assert scenario.parse_value(preset, str(value)) == value


def test_german_is_chosen_by_hand_or_by_the_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    english = find("printers")
    language.choose("de")
    german = find("printers")
    assert german.title != english.title
    assert german.parameters[0].text != english.parameters[0].text
    monkeypatch.setattr(language, "_chosen", None)
    for variable in ("PARAVIZ_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)
    assert language.current() == "en"
    monkeypatch.setenv("LANG", "de_AT.UTF-8")
    assert language.current() == "de"
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    assert language.current() == "en"


def test_a_language_that_there_is_not_is_refused() -> None:
    with pytest.raises(UsageError, match="--lang takes one of en, de, not 'fr'"):
        language.choose("fr")


def test_a_preset_is_a_flag(tmp_path: Path) -> None:
    (lectured,) = [one for one in scenarios() if one.name == "fib_pool"]
    assert lectured.values(["--as-in-lecture"]) == lectured.defaults() | dict(lectured.preset)
    with pytest.raises(ProgramError):
        find(str(tmp_path / "none.py"))


def test_numbers_have_limits() -> None:
    with pytest.raises(UsageError, match=r"--n takes a whole number from 1 to \d+, not '0'"):
        find("printers").values(["--n", "0"])
