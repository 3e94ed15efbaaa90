"""The keys of the screen on which a program is steered."""

from __future__ import annotations

from msgspec.structs import replace
from textual.binding import Binding

from paraviz.text.translation import N_

from ..commands import Command

STEER = Command(
    "steer", "S", "S", "Steer", "Be its scheduler: say which thread goes on", "steer", rank=2
)
"""From the gallery."""
STEER_RUN = replace(STEER, footer="")
"""From a run, whose footer is full."""
COMMANDS = (
    Command(
        "step",
        "enter",
        "enter",
        "Step",
        "Let the chosen worker go one step",
        "step",
        "1–9 enter",
        rank=0,
    ),
    Command(
        "step(0)",
        "1",
        "1–9",
        "Step of the first worker",
        "Let the worker of this row go one step",
    ),
    Command("choose(-1)", "up", "↑", "Previous worker", "Choose the worker above"),
    Command("choose(1)", "down", "↓", "Next worker", "Choose the worker below"),
    Command(
        "go_to('access')",
        "A",
        "A",
        "To its next access",
        "Let the chosen worker go up to its next read or write of what is shared",
    ),
    Command("go_to('line')", "L", "L", "To its next line", "Let it go up to its next line"),
    Command("go_to('blocked')", "B", "B", "Until it blocks", "Let it go until it cannot go on"),
    Command("undo", "u,left", "u", "Undo", "Take the last step back", "undo", "u r", rank=0),
    Command("redo", "r,right", "r", "Redo", "Go on along what was undone, or found"),
    Command("undo(1000000)", "home", "home", "To the begin", "Take all steps back"),
    Command("redo(1000000)", "end", "end", "To the end", "Take all steps that are ahead"),
    Command(
        "play", "space", "space", "Play", "Take what is ahead step by step, or stop", "play", rank=4
    ),
    Command("speed(-1)", "less_than_sign", "<", "Slower", "Play slower"),
    Command("speed(1)", "greater_than_sign", ">", "Faster", "Play faster"),
    Command(
        "find('fault')",
        "f",
        "f",
        "How it can go wrong",
        "Search from here for a fault, and have its steps ahead",
        "find a fault",
        rank=1,
    ),
    Command(
        "find('ok')",
        "g",
        "g",
        "How it can come right",
        "Search from here for an end without a fault, and have its steps ahead",
        "a way out",
        rank=3,
    ),
    Command(
        "find('all')",
        "o",
        "o",
        "All outcomes",
        "Search from here for all outcomes, and tell which are no more possible",
        "outcomes",
        rank=1,
    ),
    Command(
        "locals",
        "v",
        "v",
        "Variables",
        "The chosen worker's own variables, or what all share",
        "variables",
        rank=3,
    ),
    Command("token", "t", "t", "Schedule", "Copy the steps so far as a schedule", N_("schedule")),
    Command("save", "s", "s", "Save", "Write a recording of the steps so far", "save", rank=4),
    Command("back", "q,escape", "q", "Back", "Back; the program ends", "back", rank=1),
)
DIGITS = [Binding(str(number), f"step({number - 1})", show=False) for number in range(2, 10)]
"""The other rows' keys, which need no words of their own."""
