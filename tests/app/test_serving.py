"""The server of the app: nothing without the token, so many visitors, and nobody left behind."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

THERE = importlib.util.find_spec("textual_serve") is not None
RECORDING = Path(__file__).parents[1] / "data" / "printers_locked.pviz"


@pytest.mark.skipif(THERE, reason="textual-serve is there")
def test_what_is_missing_is_said_in_one_line() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "paraviz", "serve", str(RECORDING)],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 2 and done.stderr.count("\n") == 1
    assert "pip install 'paraviz[serve]'" in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(not THERE, reason="textual-serve is not installed")
def test_guests_by_the_token_alone_and_none_left_behind() -> None:
    command = [sys.executable, "-m", "paraviz", "serve", "--port", "0", "--visitors", "2"]
    server = subprocess.Popen([*command, str(RECORDING)], stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/[\w-]{24}/", address)
        asyncio.run(_visit(address, server.pid))
    finally:
        children = psutil.Process(server.pid).children(recursive=True)
        server.kill()
        server.wait(10)
    # Those of a server that was killed end by themselves.
    _gone, alive = psutil.wait_procs(children, 15)
    assert children and not alive


async def _visit(address: str, pid: int) -> None:
    import aiohttp

    host = address.split("/")[2]
    async with aiohttp.ClientSession() as session:

        async def status(url: str, **options: Any) -> int:
            async with session.get(url, **options) as response:
                return int(response.status)

        for path in ("", "ws", "static/js/textual.js", "x/ws", "download/x"):
            assert await status(f"http://{host}/{path}") == 404
        assert await status(address, headers={"Origin": "http://elsewhere.org"}) == 403
        async with session.get(address) as page:
            text = await page.text()
            assert page.headers["Referrer-Policy"] == "no-referrer"
        assert f"ws://{host}/" in text and not re.search(r"(src|href)=.https?:", text)
        socket = f"{address}ws?width=100000&height=30"
        async with session.ws_connect(socket) as one, session.ws_connect(socket) as two:
            assert "thread-b" in await _read(one, "thread-b")
            assert await status(f"{address}ws") == 503 and await status(address) == 503
            await one.send_str(json.dumps(["stdin", "s"]))
            await _read(one, "For guests")
            # What no browser sends ends that visit alone.
            await two.send_str("{")
            while (await two.receive(20)).type is aiohttp.WSMsgType.BINARY:
                pass
        # What visitors are forks of stays.
        (trunk,) = psutil.Process(pid).children()
        for _turn in range(100):
            if not trunk.children():
                break
            await asyncio.sleep(0.1)
        assert not trunk.children()
        third = await session.ws_connect(socket)
        await _read(third, "thread-b")
        trunk.children()[0].kill()
        # An app that is lost is not waited for, and a lost trunk grows again.
        while (await third.receive(20)).type is aiohttp.WSMsgType.BINARY:
            pass
        trunk.kill()
        while trunk.is_running() and trunk.status() != psutil.STATUS_ZOMBIE:
            await asyncio.sleep(0.05)
        last = await session.ws_connect(socket)
        await _read(last, "thread-b")


async def _read(socket: Any, wanted: str) -> str:
    text = ""
    while wanted not in text:
        message = await socket.receive(20)
        text += message.data.decode("utf-8", "replace")
    return text
