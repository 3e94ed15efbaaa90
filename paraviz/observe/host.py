"""The host: runs a program as `python PROGRAM` would, observed.

    python host.py '{"fd": 7, …}' PROGRAM [ARGS…]

It is started by path in whichever interpreter the program wants, where paraviz need not be
installed: it makes its own package known to the import system first. The program then finds itself
as `__main__`, with its own `sys.argv`, `sys.path[0]`, `__file__`, and the interpreter ends as it
ends after any program.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_NOTICE = 0x4E
"""As `paraviz.events` has it."""


def _know_paraviz() -> None:
    """Let `import paraviz` find the package this file belongs to, without touching `sys.path`."""
    from importlib.util import module_from_spec, spec_from_file_location
    from os.path import abspath, dirname, join

    root = dirname(dirname(abspath(__file__)))
    spec = spec_from_file_location(
        "paraviz", join(root, "__init__.py"), submodule_search_locations=[root]
    )
    assert spec is not None and spec.loader is not None
    package = module_from_spec(spec)
    sys.modules["paraviz"] = package
    spec.loader.exec_module(package)


def begin_child(
    descriptor: int, lifeline: int, every_s: float, serves: bool, follows: bool = False
) -> None:
    """For a process that `multiprocessing` starts afresh, in whichever interpreter that may be:
    observe it, too. Where that fails the process goes on without."""
    loaded, folders = frozenset(sys.modules) - {"__future__"}, sys.path[:]
    # A module of the program's that is called as one of the library is none of ours.
    sys.path[:] = [folder for folder in folders if folder]
    try:
        _know_paraviz()
        from paraviz.observe.child import begin
        from paraviz.observe.main import make_room

        begin(descriptor, lifeline, every_s, serves, follows)
        make_room(loaded)
    except Exception as error:
        _say_why_not(descriptor, error)
    finally:
        sys.path[:] = folders


def follow(order: str, original: list[str]) -> Callable[[], None]:
    """For a Python that the program started by itself: observe it; returns what runs its program.
    Raises whatever shows that it cannot be observed."""
    _know_paraviz()
    from paraviz.observe.following import prepare

    return prepare(order, original)


def _say_why_not(descriptor: int, error: Exception) -> None:
    """One notice, made and sent without what could not be loaded."""
    import json
    import os
    from stat import S_ISFIFO
    from struct import pack

    text = f"a child was started without a recorder: {type(error).__name__}: {error}"
    body = json.dumps({"pid": os.getpid(), "text": text[:2_000]}).encode()
    message = pack("=BI", _NOTICE, len(body)) + body
    try:
        described = os.fstat(descriptor)
        if not S_ISFIFO(described.st_mode):
            os.write(descriptor, message)
            return
        from _multiprocessing import SemLock  # type: ignore[import-not-found]

        # As `paraviz.observe.putting` does it; so little is written whole or not at all.
        with SemLock._rebuild(0, 1, 1, f"/paraviz-pipe-{described.st_ino}"):
            os.write(descriptor, pack("!i", len(message)) + message)
    except (OSError, ImportError):
        pass


if __name__ == "__main__":
    loaded = frozenset(sys.modules) - {"__future__"}
    if not sys.flags.safe_path:
        del sys.path[0]
    _know_paraviz()
    from paraviz.observe.main import run

    run(loaded)
