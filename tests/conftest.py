"""What all tests share."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

# A job in the background is started deaf to Ctrl-C, and so would be all that the tests start.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(autouse=True)
def _plain_environment(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No setting of the developer's own reaches a test, and none of a test's the developer."""
    monkeypatch.setenv("XDG_STATE_HOME", str(_state_home(tmp_path_factory)))
    for name in list(os.environ):
        own = name.startswith(("PARAVIZ_", "TEXTUAL"))
        if own and not name.startswith("TEXTUAL_SNAPSHOT"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PARAVIZ_LANG", "en")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


def _state_home(factory: pytest.TempPathFactory) -> Path:
    return factory.getbasetemp() / "state"
