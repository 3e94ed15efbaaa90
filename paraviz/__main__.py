"""`python -m paraviz`: the same as the `paraviz` command."""

from __future__ import annotations

from paraviz.cli import main

if __name__ == "__main__":
    main()
