"""The commands that move about in a run. `widgets.run_view` carries them out."""

from __future__ import annotations

from .commands import Command

NAVIGATION = (
    Command("step(-1)", "left", "←", "Step left", "Move the cursor one column to the left"),
    Command(
        "step(1)",
        "right",
        "→",
        "Step right",
        "Move the cursor one column to the right",
        "step",
        "← →",
        1,
    ),
    Command("lane(-1)", "up", "↑", "Previous worker", "Choose the worker above"),
    Command("lane(1)", "down", "↓", "Next worker", "Choose the worker below", "worker", "↑ ↓", 3),
    Command(
        "event(1)",
        "n,full_stop,pagedown",
        "n",
        "Next event",
        "Move the cursor to the chosen worker's next event",
        "event",
        "n p",
        5,
    ),
    Command(
        "event(-1)",
        "p,comma,pageup",
        "p",
        "Previous event",
        "Move the cursor to the chosen worker's event before",
    ),
    Command(
        "zoom_in",
        "plus,equals_sign",
        "+",
        "Zoom in",
        "Show half as much, around the cursor",
        "zoom",
        "+ −",
        1,
    ),
    Command("zoom_out", "minus,underscore", "−", "Zoom out", "Show twice as much"),
    Command("fit", "f", "f", "Fit", "Show the whole run", "fit", rank=3),
    Command("pan(-1)", "shift+left", "shift ←", "Pan left", "Move the view a quarter to the left"),
    Command(
        "pan(1)", "shift+right", "shift →", "Pan right", "Move the view a quarter to the right"
    ),
    Command("edge(-1)", "home", "home", "To the start", "Move the cursor to the start of the run"),
    Command(
        "edge(1)",
        "end",
        "end",
        "To the end",
        "Move the cursor to the end, or follow the end of a live run",
    ),
    Command(
        "span",
        "enter",
        "enter",
        "Select the span",
        "Tell of the whole stretch under the cursor",
        "span",
        rank=4,
    ),
    Command("let_go", "escape", "esc", "Let go", "Drop the selected span, then the cursor"),
)
