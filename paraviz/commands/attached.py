"""Recording a program that runs already, without the app."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING

from paraviz.attach.recording import Recording
from paraviz.commands.headless import summary_line

if TYPE_CHECKING:
    from pathlib import Path


def record(pid: int, output: Path, for_s: float | None) -> int:
    """Look until then, until Ctrl-C or until the process has ended; then write it. Raises
    ProgramError where there is no such process, FormatError where it cannot be written."""
    from paraviz.formats import check_place, save
    from paraviz.user.recent_files import remember

    check_place(output)
    over: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: over.append(number))
    recording = Recording(pid)
    recording.start()
    recording.run(for_s, lambda: bool(over))
    trace = recording.trace()
    save(trace, output)
    remember(output)
    print(summary_line(trace, output), file=sys.stderr)
    return 0
