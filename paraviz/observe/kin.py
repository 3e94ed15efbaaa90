"""Kin: packages that are copies of `multiprocessing`, or of parts of it, under names of their own.

A probe for a module of `multiprocessing` is one for the module of the same name of each of them:
what it replaces there it finds in the module that it is handed, and what it needs to be as it is
known (`targets`) is asked of that module's package.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

    from paraviz.observe.after_import import AfterImport

ORIGINAL = "multiprocessing"
LIKE_ORIGINAL = (ORIGINAL, "multiprocess")
"""The original, and what is the same but for its name."""
COPIES = (*LIKE_ORIGINAL, "billiard")
"""What has all of its modules; billiard's pool is one of its own."""
LOKY = ("loky", "joblib.externals.loky")
"""What builds on the original: workers, an executor, and copies of some modules in `backend`."""
PARTS = (*COPIES, *(f"{name}.backend" for name in LOKY))
"""Whatever has at least some of its modules."""
ALL = frozenset((*PARTS, *LOKY))

_INSTALLED = ("site-packages", "dist-packages")
FOLDERS = tuple(
    os.path.join(os.sep, folder, *name.split("."), "")
    for folder in _INSTALLED
    for name in (*COPIES[1:], "loky", "joblib")
)
"""What the names of their files have in them; those count as the standard library's."""

_ENDS = tuple(os.path.join(os.sep, *name.split(".")) for name in PARTS)


def is_kin(filename: str) -> bool:
    """Whether a file belongs to one of the packages beside the original, as they are installed. All
    of joblib is there to run tasks that it is handed."""
    return "-packages" in filename and any(each in filename for each in FOLDERS)


def watch_all(
    after_import: AfterImport, name: str, hook: Callable[[Any], None], packages: tuple[str, ...]
) -> None:
    """Call `hook` with the module of that name of each of these packages, once it is imported."""
    for package in packages:
        after_import.when_imported(f"{package}.{name}", hook)


def package_of(name: str) -> str:
    """The package that a module of this name is in."""
    return name.rpartition(".")[0]


def in_package(target: str, package: str) -> str:
    """Dotted names as a package has them that has the same by names of its own."""
    if package in LOKY:
        return target.replace("concurrent.futures.process.", f"{package}.process_executor.")
    return target.replace(f"{ORIGINAL}.", f"{package}.")


def ends_with(filename: str, name: str) -> bool:
    """Whether it is the file of that name of one of these packages."""
    folder = os.path.dirname(filename)
    return os.path.basename(filename) == name and folder.endswith(_ENDS)
