"""The host of a program that is steered: started by path in whichever interpreter the program
wants, where paraviz need not be installed.

    python host.py '{"path": …}' LIFELINE
"""

from __future__ import annotations

import sys


def main() -> None:
    """Begin as every host of controlled executions does, then watch."""
    import json
    import os
    from os.path import abspath, dirname, join
    from runpy import run_path

    root = dirname(dirname(dirname(abspath(__file__))))
    begun = run_path(join(root, "schedule", "inside", "host.py"), run_name="beginning")
    if not sys.flags.safe_path:
        del sys.path[0]
    begun["_know_paraviz"]()
    begun["_fix_addresses"]()
    from paraviz.steering.inside.watching import watch

    code = 1
    try:
        code = watch(json.loads(sys.argv[1]), int(sys.argv[2]))
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        # Without the interpreter's own end, which would ask for threads in their old form.
        os._exit(code)


if __name__ == "__main__":
    main()
