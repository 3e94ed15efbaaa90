"""The host of an exploration: started by path in whichever interpreter the program wants, where
paraviz need not be installed.

    python host.py '{"path": …}' DESCRIPTOR LIFELINE
"""

from __future__ import annotations

import sys


def _fix_addresses() -> None:
    """The same addresses as in every other such process, if whoever started us could not see to it
    and we can."""
    import os

    from paraviz.schedule.inside.addresses import FIXED, without_random_addresses

    if os.environ.pop(FIXED, "") == "1" or without_random_addresses() is None:
        return
    os.environ[FIXED] = "1"
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def _know_paraviz() -> None:
    """Let `import paraviz` find the package this file belongs to, without touching `sys.path`."""
    from importlib.util import module_from_spec, spec_from_file_location
    from os.path import abspath, dirname, join

    root = dirname(dirname(dirname(abspath(__file__))))
    spec = spec_from_file_location(
        "paraviz", join(root, "__init__.py"), submodule_search_locations=[root]
    )
    assert spec is not None and spec.loader is not None
    package = module_from_spec(spec)
    sys.modules["paraviz"] = package
    spec.loader.exec_module(package)


def main() -> None:
    """Explore."""
    import json
    import os

    order, descriptor, lifeline = sys.argv[1:4]
    from paraviz.schedule.inside.supervising import Supervisor

    code = 1
    try:
        Supervisor(json.loads(order), int(descriptor), int(lifeline)).run()
        code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        # Without the interpreter's own end, which would ask for threads in their old form.
        os._exit(code)


if __name__ == "__main__":
    if not sys.flags.safe_path:
        del sys.path[0]
    _know_paraviz()
    _fix_addresses()
    main()
