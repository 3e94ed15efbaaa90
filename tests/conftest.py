"""What all tests share."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import is_hypothesis_test

from tests import trying

if TYPE_CHECKING:
    from collections.abc import Iterator

# A job in the background is started deaf to Ctrl-C, and so would be all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What the tests start is compiled once, not at each start: that was half of what these cost.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

trying.choose()

ALONE = frozenset(
    {
        *("test_inferred", "test_interrupted", "test_kernel", "test_lecture", "test_stands"),
        *("test_recorded_limits", "test_recorded_path", "test_recorded_results", "test_switches"),
        "test_who_ends_a_wait",
    }
)
"""Of the modules that run real programs those that look at how long these took for what."""


SLOW = frozenset(
    {
        *("test_followed", "test_green", "test_interrupted", "test_other_python"),
        *("test_recorded_limits", "test_recorded_path"),
    }
)
"""Those that take minutes together: `make slow`."""
PARTLY = frozenset({"test_stands", "test_switches"})
"""Those of which `make test` runs every fifth test, and `make slow` all others."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """While those run nothing else shall take their CPUs."""
    seen: Counter[str] = Counter()
    for item in items:
        seen[item.path.stem] += 1
        if is_hypothesis_test(getattr(item, "obj", None)):
            item.add_marker(pytest.mark.tries)
        if item.path.stem in ALONE:
            item.add_marker(pytest.mark.alone)
        if item.path.stem in SLOW or (item.path.stem in PARTLY and seen[item.path.stem] % 5):
            item.add_marker(pytest.mark.slow)


def pytest_collection_finish() -> None:
    """What is there before the first test stays: nobody need look again whether it is garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def _plain_from_the_first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The same for what is made before the first test of a module."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_STATE_HOME", str(_state_home(tmp_path_factory)))
        patch.setenv("XDG_CONFIG_HOME", str(_config_home(tmp_path_factory)))
        patch.setenv("PARAVIZ_LANG", "en")
        # What the tests run, they run in the Python they run in.
        patch.delenv("VIRTUAL_ENV", raising=False)
        yield


@pytest.fixture(autouse=True)
def _plain_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No setting of the developer's own reaches a test, and none of a test's the developer."""
    monkeypatch.setenv("XDG_STATE_HOME", str(_state_home(tmp_path_factory)))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(_config_home(tmp_path_factory)))
    for name in list(os.environ):
        own = name.startswith(("PARAVIZ_", "TEXTUAL"))
        if own and not name.startswith("TEXTUAL_SNAPSHOT"):
            monkeypatch.delenv(name)
    # What the app or a command chose holds for the process.
    monkeypatch.setattr("paraviz.text.language._chosen", None)
    monkeypatch.setenv("PARAVIZ_LANG", "en")
    monkeypatch.delenv("VIRTUAL_ENV", raising=False)
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


def _state_home(factory: pytest.TempPathFactory) -> Path:
    return factory.getbasetemp() / "state"


def _config_home(factory: pytest.TempPathFactory) -> Path:
    """Settings in which nothing is chosen, and the tour was shown."""
    home = factory.getbasetemp() / "config"
    file = home / "paraviz" / "settings.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text('{"toured": true}')
    return home
