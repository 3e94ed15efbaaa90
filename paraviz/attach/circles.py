"""Deadlocks of one look: threads none of which goes on unless another of them does.

A thread waits for all of what it names (a lock that one holds, a join), or for any of several (a
pipe that several could write). Those that wait without a limit for threads which do so, too, are
what is left once all others are taken away (the knots of Holt, *Some Deadlock Properties of
Computer Systems*, 1972). Whoever may be let go by others is not among them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraviz.attach.model import ThreadLook, Who


def circles(threads: Mapping[Who, ThreadLook]) -> tuple[tuple[Who, ...], ...]:
    """Each circle once, from its first thread."""
    targets = {who: _targets(thread) for who, thread in threads.items()}
    stuck = {who for who, found in targets.items() if found}
    while True:
        free = {who for who in stuck if not set(targets[who]) <= stuck}
        if not free:
            break
        stuck -= free
    found: list[tuple[Who, ...]] = []
    done: set[Who] = set()
    for first in sorted(stuck):
        way: list[Who] = []
        one = first
        while one not in done and one not in way:
            way.append(one)
            # Of several, one that leads back is told; the first does where none is.
            one = next((each for each in targets[one] if each in way), targets[one][0])
        if one in way:
            circle = way[way.index(one) :]
            start = circle.index(min(circle))
            found.append((*circle[start:], *circle[:start]))
        done.update(way)
    return tuple(found)


def _targets(thread: ThreadLook) -> tuple[Who, ...]:
    """All of whom one at least has to do something before a thread goes on; () where that is not
    sure."""
    wait = thread.wait
    if wait.limited or thread.moved:
        return ()
    if wait.holds:
        return tuple(hold.who for hold in wait.holds if hold.sure)[: len(wait.holds)]
    return wait.ends
