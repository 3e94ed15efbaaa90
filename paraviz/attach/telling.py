"""A look in words: a line a thread, then the deadlocks. The words are those of the app's `a`."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from paraviz.attach.model import Hold
from paraviz.text.sanitizer import shown
from paraviz.text.translation import N_, _, ngettext

if TYPE_CHECKING:
    from collections.abc import Mapping

    from paraviz.attach.model import Look, ProcessLook, ThreadLook, Wait, Who

_DOES = {
    "runs": N_("runs or waits for a CPU"),
    "ended": N_("has ended"),
    "stopped": N_("is stopped by a signal"),
    "gil": N_("waits for the GIL"),
    "get": N_("waits for an item from {what}"),
    "put": N_("waits for room in {what}"),
    "send": N_("waits for room in {what}"),
    "receive": N_("waits for a message from {what}"),
    "future": N_("waits for the result of {what}"),
    "result": N_("waits for the result of {what}"),
    "futures": N_("waits for the results of several tasks"),
    "connections": N_("waits for one of several connections"),
    "drained": N_("waits until all items of {what} are done"),
    "task": N_("waits for a task"),
    "loop": N_("waits in its event loop"),
    "shutdown": N_("waits for threads to end, since its program is over"),
    "sleep": N_("sleeps"),
    "input": N_("waits for input"),
    "call": N_("is blocked in {call}"),
    "blocked": N_("is blocked"),
    "import": N_("waits for the import of {thing} by {worker}"),
    "handler": N_("waits for the lock of the handler {thing}, which {worker} has"),
    "child": N_("waits in {function} for {thing} to end"),
}
"""By the kind of a wait; any other waits for what it names."""
_NOTES = {
    "unknown_holder": N_(
        "who holds it is not to be seen: it was taken by acquire(), or a fork copied it locked"
    ),
    "unknown_end": N_("who would end that is not to be seen"),
    "lost_semaphore": N_("nobody here is seen to have it: whoever took it may have ended"),
    "no_other_end": N_("nobody has its other end"),
    "no_results": N_("the thread that takes the results of its pool has ended"),
    "task_lost": N_(
        "all workers of its pool ({count}) wait for tasks, there is none: what is missing is lost"
    ),
    "barrier": N_("{count} of {parties} have come"),
}
_REFUSED = {
    "permission": N_("its memory may not be read; paraviz doctor says what allows it"),
    "version": N_("a Python {version} that this paraviz cannot read"),
    "no_python": N_("no Python"),
    "torn": N_("its threads came and went too fast to be read"),
    "ended": N_("it has ended"),
}
_THINGS = {
    **dict.fromkeys(("put", "send", "receive", "get"), N_("a pipe")),
    **dict.fromkeys(("future", "result"), N_("a task")),
}
"""What is waited for where it has no name."""
_NAME_WIDTH = 24


def told(look: Look, *, all_threads: bool = False) -> str:
    """All of it, for people."""
    threads = look.threads()
    wanted = _wanted(look)
    lines: list[str] = []
    for process in look.processes:
        lines.append(_head(process))
        seen = [each for each in process.threads if all_threads or _matters(process, each, wanted)]
        lines += [f"  {each.name:<{_NAME_WIDTH}} {_sentence(each, threads)}" for each in seen]
        hidden = len(process.threads) - len(seen)
        if hidden:
            words = ngettext(
                "… and {count:,} thread of libraries (--all-threads)",
                "… and {count:,} threads of libraries (--all-threads)",
                hidden,
            )
            lines.append("  " + words.format(count=hidden))
    lines += [_circle(circle, threads) for circle in look.circles]
    return "\n".join(map(shown, lines))


def refusal(process: ProcessLook) -> str:
    """Why a process's memory was not read; "" where it was."""
    if not process.refused:
        return ""
    return _(_REFUSED[process.refused]).format(version=process.version)


def _head(process: ProcessLook) -> str:
    count = len(process.threads)
    parts = [
        _("{name} (process {pid})").format(name=process.name, pid=process.pid),
        refusal(process) or f"Python {process.version}",
        ngettext("{count:,} thread", "{count:,} threads", count).format(count=count),
    ]
    return " · ".join(parts)


def _matters(process: ProcessLook, thread: ThreadLook, wanted: set[Who]) -> bool:
    if thread.is_own or thread.who in wanted or thread.who.pid == thread.who.tid:
        return True
    # Of a Python that could not be read it is not known.
    return process.refused not in ("", "no_python")


def _wanted(look: Look) -> set[Who]:
    """Threads that others wait for, and those in a deadlock."""
    found = {who for circle in look.circles for who in circle}
    for thread in look.threads().values():
        found |= {hold.who for hold in thread.wait.holds}
        if len(thread.wait.ends) == 1:
            found |= set(thread.wait.ends)
    return found


def name(who: Who, threads: Mapping[Who, ThreadLook]) -> str:
    """What a thread is called, or its number."""
    return threads[who].name if who in threads else str(who.tid)


def _sentence(thread: ThreadLook, threads: Mapping[Who, ThreadLook]) -> str:
    wait = thread.wait
    parts = [_doing(wait, threads)]
    if thread.line:
        parts[0] += " " + _("at {place}").format(place=thread.line)
    if wait.kind not in ("import", "handler"):
        parts += [_held(thread, hold, threads) for hold in wait.holds]
    if wait.note:
        values = dict(zip(("count", "parties"), wait.counts, strict=False))
        parts.append(_(_NOTES[wait.note]).format(**values))
    elif wait.processes and wait.kind in ("get", "put", "send", "receive", "task"):
        others = ", ".join(map(str, wait.processes))
        parts.append(_("its other end: process {others}").format(others=others))
    if thread.moved and wait.kind != "runs":
        parts.append(_("it ran meanwhile"))
    return ", ".join(parts)


def _doing(wait: Wait, threads: Mapping[Who, ThreadLook]) -> str:
    if wait.kind in ("join", "process"):
        if not (wait.ends or wait.thing):
            return _("waits for a worker to end (join)")
        worker = name(wait.ends[0], threads) if wait.ends else wait.thing
        return _("waits for {worker}{until}").format(worker=worker, until=" " + _("to end (join)"))
    if wait.kind in ("import", "handler") and not wait.holds:
        return _("waits for {what}").format(what=wait.thing)
    return _(_DOES.get(wait.kind, N_("waits for {what}"))).format(
        call=wait.thing,
        what=wait.thing or _(_THINGS.get(wait.kind, N_("a lock"))),
        thing=wait.thing,
        worker=name(wait.holds[0].who, threads) if wait.holds else "",
        function="Popen.wait",
    )


def _held(thread: ThreadLook, hold: Hold, threads: Mapping[Who, ThreadLook]) -> str:
    if hold.who == thread.who:
        said = _("held by itself")
    else:
        said = _("held by {worker}").format(worker=name(hold.who, threads))
    return said + (" " + _("at {place}").format(place=hold.place) if hold.place else "")


def _circle(circle: tuple[Who, ...], threads: Mapping[Who, ThreadLook]) -> str:
    if len(circle) == 1:
        worker = name(circle[0], threads)
        return f"{_('deadlock')}: {_('{worker} waits for itself').format(worker=worker)}"
    names = [name(who, threads) for who in (*circle, circle[0])]
    steps = [
        _("{worker} waits for {other}").format(worker=one, other=other)
        for one, other in pairwise(names)
    ]
    return f"{_('deadlock')}: {', '.join(steps)}"
