"""What workers would do next, and why they cannot, in words: English for machines, the current
language for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from paraviz.text.translation import Phrase, phrase

if TYPE_CHECKING:
    from paraviz.steering.state import Operation, Worker

_LOOKS = ("test ", "iter ", "next ", "unpack ", "copy ")


def next_words(worker: Worker) -> Phrase:
    """What it would do next."""
    operation = worker.operation
    if worker.finished:
        return phrase("has ended")
    if operation is None:
        return phrase("is outside of what is controlled")
    kind, label = operation.kind, operation.label
    name = f"`{operation.object}`" if operation.object else operation.type
    if kind == "print":
        return phrase("write {text}", text=repr(label))
    if kind == "join":
        return phrase("wait for the end of {name}", name=operation.object)
    if kind == "start":
        return phrase("begin")
    if kind == "exit":
        return phrase("end the program")
    if kind == "sleep":
        return phrase("wake from sleep ({time})", time=label.removeprefix("sleep "))
    if operation.type == "lives":
        return _about_lives(kind, label)
    if kind in ("acq", "try", "rel") or _is_synchronised(operation):
        return _synchronised(kind, label, name)
    return _memory(kind, label)


def _about_lives(kind: str, label: str) -> Phrase:
    if label.startswith("join "):
        return phrase("wait for the end of {name}", name=label.removeprefix("join "))
    if kind == "W":
        return phrase("end")
    return phrase("ask who is alive")


def _is_synchronised(operation: Operation) -> bool:
    return bool(operation.type) and operation.label.endswith(operation.type)


def _synchronised(kind: str, label: str, name: str) -> Phrase:
    """A step with a lock, a queue, or their kin."""
    table = (
        ("try to take", phrase("try to take {name}", name=name)),
        ("take", phrase("take {name}", name=name)),
        ("give back", phrase("give back {name}", name=name)),
        ("wait: take again", phrase("take {name} again, after waiting", name=name)),
        ("wait on", phrase("wake from waiting on {name}", name=name)),
        ("wait for all tasks", phrase("wait until all of {name} is done", name=name)),
        ("wait for", phrase("wait until {name} is set", name=name)),
        ("is it taken?", phrase("ask whether {name} is taken", name=name)),
        ("is it set?", phrase("ask whether {name} is set", name=name)),
        ("set", phrase("set {name}", name=name)),
        ("clear", phrase("clear {name}", name=name)),
        ("put", phrase("put into {name}", name=name)),
        ("get", phrase("get from {name}", name=name)),
        ("size of", phrase("ask how much {name} holds", name=name)),
        ("is it empty?", phrase("ask whether {name} is empty", name=name)),
        ("is it full?", phrase("ask whether {name} is full", name=name)),
        ("task done", phrase("say that a task of {name} is done", name=name)),
        ("shut down", phrase("shut down {name}", name=name)),
    )
    for begin, words in table:
        if label.startswith(begin):
            return words
    return _memory(kind, label)


def _memory(kind: str, label: str) -> Phrase:
    """A step with what is in memory."""
    text = f"`{label}`"
    known = {
        "hand a job to an executor": phrase("hand a job to an executor"),
        "begin a future's work": phrase("begin a future's work"),
        "end a future": phrase("end a future's work"),
        "wait for a future": phrase("wait for a future"),
        "cancel a future": phrase("cancel a future, if it has not begun"),
        "add a callback to a future": phrase("add a callback to a future"),
        "wait for descriptors": phrase("wait for something to come"),
    }.get(label)
    if known is not None:
        return known
    if label in ("wait for descriptors", "yield", "line", "op", "next item") or "a file" in label:
        return phrase("go on: {text}", text=label)
    if label.endswith("()"):
        return phrase("call {text}", text=text)
    for begin in _LOOKS:
        if label.startswith(begin):
            return phrase("look at {text}", text=f"`{label.removeprefix(begin)}`")
    if kind == "W":
        return phrase("write {text}", text=text)
    return phrase("read {text}", text=text)


def why_not(worker: Worker) -> Phrase:
    """Why it cannot go on; empty where it can."""
    why, holder = worker.why, worker.holder
    if worker.finished:
        return phrase("has ended")
    if worker.enabled or not why:
        return Phrase("", "", ())
    if why == "held":
        return phrase("held by {name}", name=holder) if holder else phrase("taken")
    if why == "join":
        return phrase("{name} has not ended", name=holder)
    return {
        "notify": phrase("nobody has notified it"),
        "none left": phrase("none is left"),
        "sleep": phrase("sleeps until nobody else can go on"),
        "event": phrase("it is not set"),
        "tasks": phrase("not all tasks are done"),
        "descriptors": phrase("nothing has come"),
        "empty": phrase("it is empty"),
        "full": phrase("it is full"),
    }.get(why, phrase("it has to wait"))
