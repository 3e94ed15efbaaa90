"""What a user can cause, as one clear line.

ParavizError              a title and a message; exit code 2, or a notification in the app
├── UsageError            the command line asks for something that cannot be
│   └── QueryError        a search cannot be understood; in `trace.search`
├── ProgramError          the program to run is not there or not Python
├── KernelError           the operating system's own record was required and is refused
└── FormatError           a file is no recording, damaged, too large or too new
    └── WriteError        a recording cannot be written
"""

from __future__ import annotations


class ParavizError(Exception):
    """The base of everything a user can cause."""

    title = "paraviz"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class UsageError(ParavizError):
    """The command line asks for something that cannot be."""

    title = "wrong use"


class ProgramError(ParavizError):
    """The program to run is not there, or not Python."""

    title = "cannot run"


class KernelError(ParavizError):
    """The operating system's own record was required, and it is refused."""

    title = "no kernel truth"


class FormatError(ParavizError):
    """A file is no recording, or a damaged, oversized or newer one."""

    title = "cannot read"


class WriteError(FormatError):
    """A recording cannot be written."""

    title = "cannot write"
