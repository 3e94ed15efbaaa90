"""The pytest plugin: nothing of paraviz is loaded before it is asked for.

`--paraviz[=DIR]` keeps a recording of each test that fails or hangs (`keeping`), `paraviz_run`
observes a program (`running`), `paraviz_picture` compares pictures (`pictures`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from paraviz.testing.pictures import Compare
    from paraviz.testing.running import Run

FOLDER = "paraviz-recordings"


def pytest_addoption(parser: pytest.Parser) -> None:
    """What can be asked for."""
    group = parser.getgroup("paraviz", "who ran when, and why the others waited")
    group.addoption(
        "--paraviz",
        nargs="?",
        const=FOLDER,
        metavar="DIR",
        help=f"keep a recording of each test that fails or hangs (in {FOLDER}, or --paraviz=DIR)",
    )
    group.addoption(
        "--paraviz-all", action="store_true", help="keep one of each test, with --paraviz"
    )
    group.addoption(
        "--paraviz-update",
        action="store_true",
        help="paraviz_picture: the pictures as they are now are the agreed ones",
    )


def pytest_load_initial_conftests(args: list[str]) -> None:
    """`--paraviz tests` means these tests, not that folder."""
    args[:] = [f"--paraviz={FOLDER}" if each == "--paraviz" else each for each in args]


def pytest_configure(config: pytest.Config) -> None:
    """Load what records, if that is wanted here: with pytest-xdist by those that run tests."""
    folder = config.getoption("paraviz", None)
    runs_here = hasattr(config, "workerinput") or not getattr(config.option, "numprocesses", None)
    if folder and runs_here:
        from paraviz.testing.keeping import Keeping

        worker: Any = getattr(config, "workerinput", {}).get("workerid", "")
        keeps_all = bool(config.getoption("paraviz_all"))
        config.pluginmanager.register(
            Keeping(config.rootpath / folder, worker, keeps_all=keeps_all), "paraviz-keeping"
        )


@pytest.fixture
def paraviz_run(tmp_path: Any) -> Run:
    """`paraviz_run(program, *args)` observes a program and returns what was seen of it."""
    from paraviz.testing.running import Run

    return Run(tmp_path)


@pytest.fixture
def paraviz_picture(request: pytest.FixtureRequest, tmp_path: Any) -> Compare:
    """`paraviz_picture(recording)` compares its picture with the agreed one, which lies in the
    folder `pictures` beside the test."""
    from paraviz.testing.pictures import Compare

    updates = bool(request.config.getoption("paraviz_update"))
    return Compare(request.path, request.node.name, tmp_path, updates=updates)
