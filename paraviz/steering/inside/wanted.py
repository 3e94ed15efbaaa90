"""Which outcomes are looked for."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Told = dict[str, Any]

FAULTS = ("deadlock", "exception", "stuck")


def is_wanted(outcome: Told, kind: str, output: str | None = None) -> bool:
    """Whether an outcome is of the kind that is looked for."""
    is_fault = outcome["kind"] in FAULTS or bool(outcome["exit_code"])
    if output is not None and outcome["output"].strip() != output.strip():
        return False
    if kind == "fault":
        return is_fault
    if kind == "ok":
        return not is_fault
    if kind == "exit":
        return outcome["kind"] == "ok" and is_fault
    return kind == "all" or outcome["kind"] == kind
