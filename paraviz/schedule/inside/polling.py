"""Waiting for descriptors: looked at without waiting, whenever it would be its turn.

Each execution gets what it waits with for itself: forks share what the kernel keeps, so what one of
them takes out of an epoll, or reads from the pair of sockets by which threads wake an event loop,
would be gone for all that come after it.
"""

from __future__ import annotations

import os
import select
import selectors
import weakref

from paraviz.schedule.inside.engine import running

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

_made: weakref.WeakSet[Any] = weakref.WeakSet()
"""Selectors of the program that have an epoll."""


def _select(original: Callable[..., Any]) -> Callable[..., Any]:
    def select(self: Any, timeout: float | None = None) -> Any:
        engine = running()
        found = original(self, 0)
        if engine is None:
            return found or original(self, timeout)
        if found or (timeout is not None and timeout <= 0):
            return found
        operation = ("R", self, None, "wait for descriptors")
        engine.stop(operation, lambda: bool(original(self, 0)), timeout)
        return original(self, 0)

    return select


def _init(original: Callable[..., None]) -> Callable[..., None]:
    def init(self: Any) -> None:
        original(self)
        _made.add(self)

    return init


def install() -> None:
    """Once, before the program is loaded."""
    for name in ("EpollSelector", "PollSelector", "SelectSelector"):
        kind: Any = getattr(selectors, name, None)
        if kind is not None:
            kind.select = _select(kind.select)
    epoll: Any = getattr(selectors, "EpollSelector", None)
    if epoll is not None:
        epoll.__init__ = _init(epoll.__init__)


def renew(loop: Any) -> None:
    """In a process that was just forked: an event loop's own pair of sockets, and every epoll, are
    made anew under the same numbers."""
    pair = getattr(loop, "_ssock", None), getattr(loop, "_csock", None)
    if None not in pair:
        import socket

        for old, new in zip(pair, socket.socketpair(), strict=True):
            assert old is not None
            new.setblocking(False)
            os.dup2(new.fileno(), old.fileno(), inheritable=False)
            new.close()
    for selector in list(_made):
        _with_own_epoll(selector)


def _with_own_epoll(selector: Any) -> None:
    old = selector._selector
    if old.closed:
        return
    fresh = select.epoll()
    os.dup2(fresh.fileno(), old.fileno(), inheritable=False)
    fresh.close()
    for key in selector.get_map().values():
        wanted = 0
        if key.events & selectors.EVENT_READ:
            wanted |= select.EPOLLIN
        if key.events & selectors.EVENT_WRITE:
            wanted |= select.EPOLLOUT
        try:
            old.register(key.fd, wanted)
        except OSError:
            # It was closed without being taken out, which epoll forgives.
            continue
