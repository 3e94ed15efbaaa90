"""The skeleton of a scenario is taken by the catalogue; a claim that nobody knows is not."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from typing import TYPE_CHECKING

import pytest

from paraviz.analysis.claims.names import CLAIM_NAMES
from paraviz.analysis.claims.running import CLAIMS
from paraviz.errors import ProgramError
from paraviz.programs import catalogue
from tools.new_scenario import write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "screenshots").mkdir()
    contents = '[[group]]\nen = "Threads"\nde = "Threads"\nscenarios = ["hello"]\n'
    (tmp_path / "scenarios" / "contents.toml").write_text(contents)
    (tmp_path / "scenarios" / "hello.py").write_text('"""Hello"""\n\n\ndef main():\n    pass\n')
    monkeypatch.setattr(catalogue, "_folders", lambda: [tmp_path / "scenarios"])
    catalogue._scenarios.cache_clear()
    yield tmp_path
    catalogue._scenarios.cache_clear()


def test_the_names_of_claims_are_those_that_can_be_measured() -> None:
    assert sorted(CLAIM_NAMES) == sorted(CLAIMS)


def test_it_runs_and_stands_in_the_catalogue(checkout: Path) -> None:
    assert len(write(checkout, "two_letters")) == 4
    contents = tomllib.loads((checkout / "scenarios" / "contents.toml").read_text())
    assert contents["group"][0]["scenarios"] == ["hello", "two_letters"]
    made = catalogue.find("two_letters")
    assert [parameter.name for parameter in made.parameters] == ["n"]
    said = subprocess.run([sys.executable, made.path], capture_output=True, text=True, check=True)
    assert sorted(said.stdout.strip()) == ["a"] * 10 + ["b"] * 10


def test_nothing_is_written_over_and_no_name_is_impossible(checkout: Path) -> None:
    for name, error in (("hello", FileExistsError), ("a-b", ValueError), ("class", ValueError)):
        with pytest.raises(error):
            write(checkout, name)
    assert not (checkout / "screenshots" / "hello.py").exists()


def test_a_misspelt_claim_is_refused(checkout: Path) -> None:
    (checkout / "scenarios" / "hello.toml").write_text('claims = ["deadlok"]\n')
    with pytest.raises(ProgramError, match=r"hello\.toml: there is no claim 'deadlok'; there are"):
        catalogue.find("hello")
