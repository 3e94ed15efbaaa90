"""Which files are the program's own: those are stepped through, libraries run as they are."""

from __future__ import annotations

import os
import sysconfig

_known: dict[str, bool] = {}
_folders: list[str] = []
more: list[str] = []
"""Further folders whose files are the program's own."""
_LIBRARIES = tuple(
    path + os.sep
    for name in ("stdlib", "platstdlib")
    for path in {sysconfig.get_path(name), os.path.realpath(sysconfig.get_path(name))}
)
_ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__)))) + os.sep
_SCENARIOS = os.path.join(os.path.dirname(_ROOT.rstrip(os.sep)), "scenarios") + os.sep


def set_program(path: str) -> None:
    """The program's file, or its folder: what lies beside and below it is its own."""
    _known.clear()
    folder = path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path))
    folders = [each for one in (folder, *more) for each in (one, os.path.realpath(one))]
    _folders[:] = {each.rstrip(os.sep) + os.sep for each in folders}
    _known[os.path.abspath(path)] = True
    _known[path] = True


def is_own(file: str) -> bool:
    """Whether code of this file is the program's own."""
    known = _known.get(file)
    if known is None:
        known = _known[file] = _judged(file)
    return known


def _judged(file: str) -> bool:
    if not file.startswith(tuple(_folders)) or "site-packages" in file or "dist-packages" in file:
        return False
    if file.startswith(_ROOT):
        inside = file[len(_ROOT) :]
        return inside.startswith("scenarios" + os.sep)
    inside_library = file.startswith(_LIBRARIES)
    return not inside_library or any(folder.startswith(_LIBRARIES) for folder in _folders)
