"""What a presentation tells the speaker's screen, over a socket that only its user may open.

The presentation listens, one line of JSON for each change; the speaker's screen reads, and may ask
to go on or back. Nothing runs because of what comes over it.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import os
import socket
import stat
import struct
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

_LONGEST = 100_000
"""Bytes of a line."""
_LONGEST_PATH = 100
"""Bytes of a socket's name that every system takes."""
_MOST_SCREENS = 8
_AGAIN_S = 0.5


class Standing(Struct, frozen=True):
    """Where a presentation is."""

    slide: int = 0
    """The place of its slide, from 0 on."""
    stop: int = 0
    stops: int = 1
    """Which of the steps of the slide, and of how many."""
    block: int = 0
    """The number of the code that enter runs, or 0."""
    runs: bool = False
    """Whether it runs now."""
    shown: str = ""
    """What its last run showed, or what went wrong."""
    blank: bool = False
    began: float = 0.0
    """When the presentation began, in seconds of the epoch."""


def socket_of(deck: Path) -> Path:
    """Where the presentation of a deck listens."""
    from platformdirs import user_state_path

    folder = user_state_path("paraviz", appauthor=False) / "stage"
    named = hashlib.sha256(os.fsencode(deck.resolve())).hexdigest()[:16]
    place = folder / f"{named}.sock"
    if len(os.fsencode(place)) <= _LONGEST_PATH:
        return place
    # A socket's name is short: for whose home lies deep, a folder among what is passing.
    both = hashlib.sha256(os.fsencode(place)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"paraviz-{os.getuid()}" / f"{both}.sock"


def _is_users_own(folder: Path) -> bool:
    """Whether nobody else made it: it may lie where everybody may make one."""
    about = folder.lstat()
    return stat.S_ISDIR(about.st_mode) and about.st_uid == os.getuid()


class Stage:
    """The presentation's side."""

    def __init__(self, deck: Path, go: Callable[[int], object]) -> None:
        """`go` is called with how many steps the speaker asks for."""
        self._path, self._go = socket_of(deck), go
        self._server: asyncio.AbstractServer | None = None
        self._screens: set[asyncio.StreamWriter] = set()
        self._standing = Standing(began=time.time())

    async def open(self) -> None:
        """Listen. Raises OSError, where another presentation of the deck does already, too."""
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_users_own(self._path.parent):
            raise PermissionError(1, os.strerror(1), str(self._path.parent))
        self._path.parent.chmod(0o700)
        if self._path.exists():
            if await _answers(self._path):
                raise FileExistsError(17, os.strerror(17), str(self._path))
            self._path.unlink()
        own = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            before = os.umask(0o177)
            try:
                own.bind(str(self._path))
            finally:
                os.umask(before)
            self._server = await asyncio.start_unix_server(self._attend, sock=own)
        except OSError:
            own.close()
            raise

    def tell(self, **changed: object) -> None:
        """Say what is otherwise now."""
        standing = msgspec.structs.replace(self._standing, **changed)
        if standing == self._standing:
            return
        self._standing = standing
        for screen in self._screens:
            self._write(screen)

    def _write(self, screen: asyncio.StreamWriter) -> None:
        # Who does not read is not waited for.
        if screen.transport.get_write_buffer_size() < _LONGEST:
            screen.write(msgspec.json.encode(self._standing) + b"\n")

    async def _attend(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not _is_own(writer) or len(self._screens) >= _MOST_SCREENS:
            writer.close()
            return
        self._screens.add(writer)
        self._write(writer)
        try:
            while line := await reader.readline():
                asked = json.loads(line)
                step = asked.get("go") if isinstance(asked, dict) else None
                if step in (1, -1):
                    self._go(step)
        except (OSError, ValueError):
            pass
        finally:
            self._screens.discard(writer)
            writer.close()

    def close(self) -> None:
        """Listen no more."""
        if self._server is not None:
            self._server.close()
            self._server = None
            self._path.unlink(missing_ok=True)
        for screen in tuple(self._screens):
            screen.close()


def _is_own(writer: asyncio.StreamWriter) -> bool:
    """Whether it is the same user who comes; elsewhere the file's mode alone says so."""
    wanted = getattr(socket, "SO_PEERCRED", None)
    if wanted is None:
        return True
    peer = writer.get_extra_info("socket").getsockopt(socket.SOL_SOCKET, wanted, 12)
    return bool(struct.unpack("3i", peer)[1] == os.getuid())


async def _answers(path: Path) -> bool:
    try:
        _reader, writer = await asyncio.open_unix_connection(str(path))
    except OSError:
        return False
    writer.close()
    return True


class Attendance:
    """The speaker's side."""

    def __init__(self, deck: Path) -> None:
        self._path = socket_of(deck)
        self._writer: asyncio.StreamWriter | None = None

    async def standings(self) -> AsyncIterator[Standing | None]:
        """Where the presentation is, whenever that changes; None while there is none. Goes on for
        ever."""
        while True:
            try:
                if not _is_users_own(self._path.parent):
                    raise PermissionError
                reader, self._writer = await asyncio.open_unix_connection(
                    str(self._path), limit=_LONGEST
                )
                while line := await reader.readline():
                    yield msgspec.json.decode(line, type=Standing)
            except (OSError, ValueError, msgspec.MsgspecError):
                pass
            self.close()
            yield None
            await asyncio.sleep(_AGAIN_S)

    def go(self, step: int) -> None:
        """Ask for the next step (1) or the one before (-1)."""
        if self._writer is not None:
            self._writer.write(json.dumps({"go": step}).encode() + b"\n")

    def close(self) -> None:
        """Listen no more."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None
