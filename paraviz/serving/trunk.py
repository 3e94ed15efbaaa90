"""The process that visitors are forks of, seen from the server (`paraviz.tui.trunk` is it)."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import subprocess
from typing import TYPE_CHECKING, NamedTuple

from paraviz.errors import UsageError
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Sequence

_TIMEOUT_S = 5.0
_ENDS_IN_S = 5.0
_ENVIRONMENT = {
    "TEXTUAL_DRIVER": "textual.drivers.web_driver:WebDriver",
    "TEXTUAL_FPS": "15",
    "TEXTUAL_COLOR_SYSTEM": "truecolor",
    "TERM_PROGRAM": "textual",
    # A fork has one thread: those of a library of NumPy's would not be there.
    "OPENBLAS_NUM_THREADS": "1",
}


class Streams(NamedTuple):
    """What a visitor's app reads and writes, as textual-serve wants it."""

    number: int
    stdin: asyncio.StreamWriter
    stdout: asyncio.StreamReader
    stderr: asyncio.StreamReader


class Trunk:
    """One such process; started again if it was lost."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._asking: socket.socket | None = None
        self._visitors = 0

    async def start(self) -> None:
        """Returns once it has read what it shows. Raises UsageError where it cannot."""
        self.end()
        ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with its:
            self._process = subprocess.Popen(
                self._command, stdin=its.fileno(), env={**os.environ, **_ENVIRONMENT}
            )
        self._asking = ours
        ours.setblocking(False)
        if not await asyncio.get_running_loop().sock_recv(ours, 100):
            raise UsageError(_("the app could not be started"))
        ours.settimeout(_TIMEOUT_S)

    async def visitor(self, width: int, height: int) -> Streams:
        """The app for another visitor. Raises OSError, UsageError."""
        if self._process is None or self._process.poll() is not None:
            await self.start()
        self._visitors += 1
        number = self._visitors
        (in_read, in_write), (out_read, out_write), (err_read, err_write) = (
            os.pipe(),
            os.pipe(),
            os.pipe(),
        )
        asked = {"visitor": number, "width": width, "height": height}
        theirs = [in_read, out_write, err_write]
        try:
            assert self._asking is not None
            socket.send_fds(self._asking, [json.dumps(asked).encode()], theirs)
        except OSError:
            for each in (in_write, out_read, err_read):
                os.close(each)
            raise
        finally:
            for each in theirs:
                os.close(each)
        writer, out, err = await _writer(in_write), await _reader(out_read), await _reader(err_read)
        return Streams(number, writer, out, err)

    def kill(self, visitor: int) -> None:
        """End one that does not end by itself."""
        try:
            if self._asking is not None:
                self._asking.send(json.dumps({"end": visitor}).encode())
        except OSError:
            return

    def end(self) -> None:
        """All of them."""
        if self._asking is not None:
            self._asking.close()
            self._asking = None
        if self._process is not None:
            try:
                self._process.wait(_ENDS_IN_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None


async def _reader(number: int) -> asyncio.StreamReader:
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(number, "rb", 0)
    )
    return reader


async def _writer(number: int) -> asyncio.StreamWriter:
    loop = asyncio.get_running_loop()
    # A reader of its own, which nothing ever reaches: the protocol is one for both.
    transport, protocol = await loop.connect_write_pipe(
        lambda: asyncio.StreamReaderProtocol(asyncio.StreamReader()), os.fdopen(number, "wb", 0)
    )
    return asyncio.StreamWriter(transport, protocol, None, loop)
