"""How processes end, in words."""

from __future__ import annotations

import signal


def code_in_words(code: int) -> str:
    """ "ended", "exited with 3", "killed by SIGKILL"; `code` as in `subprocess`."""
    if code == 0:
        return "ended"
    if code > 0:
        return f"exited with {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"


def replaced_by(program: str) -> str:
    """How a program ends in whose process another one goes on."""
    return f"replaced by {program}"
