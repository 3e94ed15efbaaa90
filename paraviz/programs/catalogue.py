"""The catalogue: the scenarios that ship, in the lecture's order, and how any program is found.

A scenario is a plain program. What does not belong on a slide stands in NAME.toml beside it: its
German title and text (`[de]`), a text and the limits of each parameter (`[parameters.NAME]` with
`en`, `de`, `least`, `most`), the slide's own sizes (`[as_in_lecture]`) and what it is meant to show
(`claims`). Their order and their groups stand in `contents.toml`, a recording of each in
`recordings`.
"""

from __future__ import annotations

import importlib.util
import re
import tomllib
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paraviz.text import language
from paraviz.analysis.claims.names import CLAIM_NAMES
from paraviz.errors import ProgramError
from paraviz.programs.parameters import Parameter, Runnable, described
from paraviz.user.recent_files import recent
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Sequence

_CONTENTS = "contents.toml"
_RECORDINGS = "recordings"
_SUPPORT = re.compile(r"_|test_|conftest\.|setup\.|.*_test\.py")
_OWN_MOST = 40
_FURTHER = {"en": "Further", "de": "Weitere"}
"""The group of those that the contents do not name."""


def scenarios() -> tuple[Runnable, ...]:
    """The programs that ship, in the lecture's order, their texts in the current language."""
    return _scenarios(language.current())


def retold(program: Runnable) -> Runnable:
    """The same program, its texts in the current language where it has them in several."""
    return next((each for each in scenarios() if each.path == program.path), program)


@cache
def _scenarios(lang: language.Language) -> tuple[Runnable, ...]:
    folders = _folders()
    files = {file.stem: file for folder in folders for file in folder.glob("[!_]*.py")}
    groups = {
        name: group[lang]
        for folder in folders
        for group in _toml(folder / _CONTENTS).get("group", ())
        for name in group["scenarios"]
    }
    order = [name for name in groups if name in files]
    order += sorted(files.keys() - groups.keys())
    return tuple(
        _translated(
            replace(described(name, files[name]), group=groups.get(name, _FURTHER[lang])),
            _toml(files[name].with_suffix(".toml")),
            lang,
        )
        for name in order
    )


def recording(name: str) -> Path | None:
    """The recording of a scenario that ships with it, or None where there is none."""
    if not name.isidentifier():
        return None
    paths = (folder / _RECORDINGS / f"{name}.pviz" for folder in _folders())
    return next((path for path in paths if path.is_file()), None)


def own_programs(folder: Path = Path()) -> tuple[Runnable, ...]:
    """The Python programs in a folder, by name; modules of tests and of building are none."""
    found = sorted(path for path in folder.glob("*.py") if not _SUPPORT.match(path.name))
    programs = []
    for path in found[:_OWN_MOST]:
        try:
            programs.append(described(path.name, path))
        except (OSError, ProgramError):
            continue
    return tuple(programs)


def own_recordings(folder: Path = Path()) -> tuple[Path, ...]:
    """The recordings in a folder, then others that were last written or opened."""
    here = sorted(folder.glob("*.pviz"), key=lambda path: path.name)[:_OWN_MOST]
    known = {path.absolute() for path in here}
    return (*here, *(path for path in recent() if path.absolute() not in known))


def _folders() -> list[Path]:
    """Where the scenarios lie."""
    spec = importlib.util.find_spec("paraviz.scenarios")
    return [Path(folder) for folder in (spec.submodule_search_locations if spec else None) or ()]


def _toml(path: Path) -> dict[str, Any]:
    """What a file says, or nothing where there is none."""
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}


def _translated(scenario: Runnable, notes: dict[str, Any], lang: language.Language) -> Runnable:
    """A scenario with what its notes say."""
    texts = notes.get(lang, {})
    about = notes.get("parameters", {})
    return replace(
        scenario,
        title=texts.get("title", scenario.title),
        text=texts.get("text", scenario.text).strip(),
        parameters=tuple(
            _noted(parameter, about.get(parameter.name, {}), lang)
            for parameter in scenario.parameters
        ),
        preset=tuple(notes.get("as_in_lecture", {}).items()),
        claims=_claimed(scenario.name, notes.get("claims", ())),
    )


def _claimed(name: str, claims: Sequence[str]) -> tuple[str, ...]:
    """What a scenario is meant to show. A claim that nobody can measure would pass in silence.

    Raises ProgramError.
    """
    for claim in claims:
        if claim not in CLAIM_NAMES:
            words = _("{name}.toml: there is no claim {claim!r}; there are {known}")
            known = ", ".join(CLAIM_NAMES)
            raise ProgramError(words.format(name=name, claim=claim, known=known))
    return tuple(claims)


def _noted(parameter: Parameter, note: dict[str, Any], lang: language.Language) -> Parameter:
    return replace(
        parameter, text=note.get(lang, ""), least=note.get("least"), most=note.get("most")
    )


def find(name: str) -> Runnable:
    """The program a user names: a scenario, or a path as `python` takes it.

    Raises ProgramError.
    """
    if name.isidentifier():
        for scenario in scenarios():
            if scenario.name == name:
                return scenario
    path = Path(name)
    if path.is_dir():
        main = path / "__main__.py"
        if not main.is_file():
            raise ProgramError(_("{name} is a directory without a __main__.py").format(name=name))
        return replace(_described(name, main), path=str(path), parameters=())
    if not path.exists():
        from difflib import get_close_matches

        words = _("there is no file and no scenario {name!r}; paraviz list shows the scenarios")
        if near := get_close_matches(name, [scenario.name for scenario in scenarios()], 3):
            words = _("there is no file and no scenario {name!r}; did you mean {near}?")
            raise ProgramError(words.format(name=name, near=", ".join(near)))
        raise ProgramError(words.format(name=name))
    if path.is_fifo():
        # What is read here is not there any more when the program is to be run.
        return Runnable(name, path=name)
    if not path.is_file():
        raise ProgramError(_("{name} is not a file").format(name=name))
    return _described(name, path)


def _described(name: str, path: Path) -> Runnable:
    try:
        return described(name, path)
    except OSError as error:
        raise ProgramError(f"{name}: {error.strerror}") from error


def code(text: str) -> Runnable:
    """What `python -c` runs."""
    return Runnable("-c", path="", source=text, code=text)


def standard_input() -> Runnable:
    """What `python -` runs."""
    return Runnable("-", path="")


def module(name: str) -> Runnable:
    """The program `python -m NAME` runs. Whether it exists is seen when it runs."""
    return Runnable(f"-m {name}", path="", module=name)
