"""Messages on pipes: a line of JSON each."""

from __future__ import annotations

import json
import os
import select

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    Message = dict[str, Any]


def send(descriptor: int, message: Message) -> None:
    """All of it."""
    data = json.dumps(message).encode() + b"\n"
    at = 0
    while at < len(data):
        at += os.write(descriptor, data[at : at + 65_536])


class Lines:
    """What comes out of a pipe."""

    def __init__(self, descriptor: int) -> None:
        self.descriptor = descriptor
        self.held = b""

    def take(self) -> Message | None:
        """A message that has come already."""
        line, newline, rest = self.held.partition(b"\n")
        if not newline:
            return None
        self.held = rest
        found: Message = json.loads(line)
        return found

    def more(self) -> bool:
        """Read what there is, waiting for it; whether there was any, not the end."""
        data = os.read(self.descriptor, 1 << 20)
        self.held += data
        return bool(data)

    def next(self) -> Message | None:
        """The next one, waiting for it; None at the end."""
        while True:
            found = self.take()
            if found is not None:
                return found
            if not self.more():
                return None

    def is_ready(self, wait_s: float) -> bool:
        """Whether there is something to read, or the end, within so long."""
        return bool(select.select([self.descriptor], [], [], wait_s)[0])
