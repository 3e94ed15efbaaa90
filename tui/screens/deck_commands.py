"""The keys of a presentation; a presenter's remote has page up, page down and b."""

from __future__ import annotations

from ..commands import Command

COMMANDS = (
    Command(
        "go(1)", "pagedown,space,right,down,n", "page down", "Next", "Go on", "next", "← →", rank=0
    ),
    Command("go(-1)", "pageup,left,up,p,backspace", "page up", "Previous", "Go back"),
    Command("run", "enter", "enter", "Run", "Run the chosen code", "run", rank=0),
    Command("choose", "tab", "tab", "Other code", "Choose the next code on this slide"),
    Command("flip", "l", "l", "Lock on or off", "Run again with the lock switched", "lock", rank=3),
    Command("open", "o", "o", "Open", "Open the run as one of the app", "open", rank=2),
    Command("stop", "x", "x", "Stop", "End the program that runs"),
    Command("to(0)", "home", "home", "First slide", "To the first slide"),
    Command("to(-1)", "end", "end", "Last slide", "To the last slide"),
    Command("slides", "g", "g", "Slides", "Choose a slide from all", "slides", rank=3),
    Command("blank", "b", "b", "Blank", "Show nothing, or all again", "blank", rank=4),
    Command("back", "q,escape", "q", "Back", "Leave; programs end", "back", rank=1),
)
