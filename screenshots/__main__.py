"""Draw every picture anew, or those that are named."""

from __future__ import annotations

import sys

from screenshots import NAMES, kept, made

if __name__ == "__main__":
    for name in sys.argv[1:] or NAMES:
        kept(name).write_text(made(name), encoding="utf-8")
        print(kept(name).name)
