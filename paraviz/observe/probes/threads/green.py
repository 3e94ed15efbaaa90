"""Greenlets of gevent and eventlet, and tasks of trio: they have no lanes, and a notice says so."""

from __future__ import annotations

from paraviz.observe.green import tell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from paraviz.observe.recorder import Recorder

_GREENLETS = {"gevent.hub": "gevent", "eventlet.hubs": "eventlet"}
"""What a program imports that is to have greenlets, and the name of the library."""


def install(recorder: Recorder) -> None:
    """Wait for the program to import any of them."""
    wait_for = recorder.after_import.when_imported
    for module, name in _GREENLETS.items():
        wait_for(module, lambda _, name=name: tell(recorder, name))  # type: ignore[misc]
    wait_for(
        "trio._core._run",
        lambda _: recorder.notice("trio runs tasks in its own way: they have no lanes"),
    )
