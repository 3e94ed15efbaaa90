"""Serving the app to browsers: textual-serve's server behind a token, for a limit of visitors.

Only what lies beneath the token in the address is there; anything else is not found. Each visitor
has a process of its own, which ends with the visitor.
"""

from __future__ import annotations

import asyncio
import secrets
import sys
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from aiohttp import web
from textual_serve.app_service import AppService
from textual_serve.server import Server, to_int

from paraviz.serving.trunk import Streams, Trunk
from paraviz.text import language
from paraviz.text.translation import _

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

LARGEST = 300, 100
"""Cells of a browser's terminal; what asks for more gets this."""
_SMALLEST = 20, 8
_PATIENCE_S = 3.0
_LARGEST_MESSAGE = 64_000
_HEADERS = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self' ws: wss:",
}


class VisitorProcess(AppService):
    """The app for one visitor."""

    def __init__(self, trunk: Trunk, **options: Any) -> None:
        super().__init__("", **options)
        self._trunk = trunk
        self._streams: Streams | None = None

    async def _open_app_process(self, width: int = 80, height: int = 24) -> Any:
        self._streams = await self._trunk.visitor(width, height)
        self._process, self._stdin = self._streams, self._streams.stdin
        return self._process

    async def run(self) -> None:
        """What the app draws, to its end; a browser hears of an end that the app cannot tell."""
        await super().run()
        await self.remote_close()

    async def set_terminal_size(self, width: object, height: object) -> None:
        """What a browser says of its size, within bounds."""
        await super().set_terminal_size(*_bounded(width, height))

    async def stop(self) -> None:
        """Ask the process to end, and end it if it does not. May be called again."""
        streams, self._streams = self._streams, None
        if streams is None:
            return
        running = self._task
        try:
            await asyncio.wait_for(asyncio.shield(super().stop()), _PATIENCE_S)
        except (TimeoutError, OSError):
            self._trunk.kill(streams.number)
            if running is not None:
                await asyncio.wait([running], timeout=_PATIENCE_S)
        streams.stdin.close()


def _bounded(width: object, height: object) -> tuple[int, int]:
    sizes = (to_int(str(width), 80), to_int(str(height), 24))
    both = zip(sizes, _SMALLEST, LARGEST, strict=True)
    wide, high = (min(max(size, least), most) for size, least, most in both)
    return wide, high


class VisitorServer(Server):
    """Serves one command, behind a token."""

    def __init__(self, trunk: Trunk, title: str, most: int) -> None:
        """`most` visitors at once."""
        super().__init__("", title=title)
        self._trunk, self._most = trunk, most
        self._visitors = 0
        self.token = secrets.token_urlsafe(18)

    async def _make_app(self) -> web.Application:
        app = web.Application(middlewares=[self._guarded()])
        begin = f"/{self.token}"
        app.add_routes(
            [
                web.get(f"{begin}/", self._page),
                web.get(f"{begin}/ws", self.handle_websocket),
                web.get(f"{begin}/page.js", self._script),
                web.get(f"{begin}/download/{{key}}", self.handle_download),
                web.static(f"{begin}/static", self.statics_path),
            ]
        )
        return app

    def _guarded(self) -> Any:
        @web.middleware
        async def guarded(request: web.Request, handler: Handler) -> web.StreamResponse:
            first = request.path.split("/")[1]
            if not secrets.compare_digest(first.encode(), self.token.encode()):
                return web.Response(status=404, text="404\n", headers=_HEADERS)
            origin = request.headers.get("Origin")
            if origin and urlsplit(origin).netloc != request.host:
                return web.Response(status=403, text="403\n", headers=_HEADERS)
            response = await handler(request)
            if not response.prepared:
                response.headers.update(_HEADERS)
            return response

        return guarded

    async def _page(self, request: web.Request) -> web.Response:
        if self._visitors >= self._most:
            said = _("There is no room: {count:,} are looking.").format(count=self._most)
            return web.Response(status=503, text=f"{said}\n")
        scheme = "wss" if request.scheme == "https" else "ws"
        parts = {
            "LANGUAGE": language.current(),
            "TITLE": f"{self.title} · paraviz",
            "WEBSOCKET": f"{scheme}://{request.host}/{self.token}/ws",
            "FONTSIZE": str(min(max(to_int(request.query.get("fontsize", "16"), 16), 6), 60)),
            "ENDED": _("The app has ended here."),
            "AGAIN": _("Begin again"),
        }
        text = _asset("page.html")
        for name, value in parts.items():
            text = text.replace(f"@@{name}@@", escape(value, quote=True))
        return web.Response(text=text, content_type="text/html")

    async def _script(self, _request: web.Request) -> web.Response:
        return web.Response(text=_asset("page.js"), content_type="text/javascript")

    async def handle_websocket(self, request: web.Request) -> web.StreamResponse:
        """What a browser types goes to its process, what that draws goes to the browser."""
        if self._visitors >= self._most:
            return web.Response(status=503, text="503\n")
        socket = web.WebSocketResponse(heartbeat=15, max_msg_size=_LARGEST_MESSAGE)
        visitor = VisitorProcess(
            self._trunk,
            write_bytes=socket.send_bytes,
            write_str=socket.send_str,
            close=socket.close,
            download_manager=self.download_manager,
        )
        query = request.query
        size = _bounded(query.get("width", "80"), query.get("height", "24"))
        self._visitors += 1
        try:
            await socket.prepare(request)
            await visitor.start(*size)
            try:
                await self._process_messages(socket, visitor)
            except (ValueError, TypeError, LookupError, AssertionError, AttributeError, OSError):
                # No browser of ours sends such.
                await socket.close()
        finally:
            self._visitors -= 1
            await asyncio.shield(visitor.stop())
        return socket


def _asset(name: str) -> str:
    return files("paraviz.serving").joinpath("assets", name).read_text("utf-8")


async def serve(
    command: Sequence[str],
    title: str,
    *,
    host: str,
    port: int,
    most: int,
    told: Callable[[str], None],
) -> None:
    """Serve until it is cancelled or interrupted; `told` gets the address once there is one. Raises
    OSError."""
    import signal

    trunk = Trunk(command)
    server = VisitorServer(trunk, title, most)
    runner = web.AppRunner(await server._make_app(), access_log=None, shutdown_timeout=_PATIENCE_S)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    await runner.setup()
    try:
        await trunk.start()
        await web.TCPSite(runner, host, port).start()
        shown = f"[{host}]" if ":" in host else host
        told(f"http://{shown}:{runner.addresses[0][1]}/{server.token}/")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, ended.set)
        await ended.wait()
    finally:
        await runner.cleanup()
        trunk.end()


def visitor_command(arguments: str) -> list[str]:
    """What visitors are forks of; nothing of the working directory is imported."""
    return [sys.executable, "-P", "-m", "paraviz.tui.visiting", "--trunk", arguments]
