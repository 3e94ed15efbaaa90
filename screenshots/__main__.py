"""Draw every picture anew, or those that are named, and write the page with all of them."""

from __future__ import annotations

import sys

from paraviz.text import language
from screenshots import CONTENTS, NAMES, contents, kept, made

if __name__ == "__main__":
    language.choose("en")
    for name in sys.argv[1:] or NAMES:
        kept(name).write_text(made(name), encoding="utf-8")
        print(kept(name).name)
    CONTENTS.write_text(contents(), encoding="utf-8")
