"""The collector: takes in what a process that was not begun by us reports, and writes it.

    python -I -S collecting.py '{"pid": …, "events": 5, "control": 6, "target": "run.pviz", …}'

It is started by path by the process that is recorded (`paraviz.observe.within`), leaves it at once,
so as to be nobody's child, and looks at it from outside as a session does at a program that it
started. It ends when it is told to, or that process has ended; then it writes the recording.
"""

from __future__ import annotations

import json
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def main(order: dict[str, Any]) -> None:
    """In a process of its own."""
    if os.fork():
        os._exit(0)
    sys.path[:] = [folder for folder in order["path"] if folder] or sys.path
    from paraviz.session.collected import collect

    collect(order)


def _know_paraviz() -> None:
    """As in `paraviz.observe.host`: it need not be on the path."""
    from importlib.util import module_from_spec, spec_from_file_location

    root = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    spec = spec_from_file_location(
        "paraviz", os.path.join(root, "__init__.py"), submodule_search_locations=[root]
    )
    assert spec is not None and spec.loader is not None
    package = module_from_spec(spec)
    sys.modules["paraviz"] = package
    spec.loader.exec_module(package)


if __name__ == "__main__":
    _know_paraviz()
    main(json.loads(sys.argv[1]))
