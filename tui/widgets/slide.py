"""A slide: its text as Markdown, its code with the lines that are looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.syntax import Syntax
from textual.containers import VerticalScroll
from textual.widgets import Markdown, Static

from paraviz.lecture.programs import shown_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from paraviz.lecture.deck import Block, Slide
    from paraviz.lecture.sidecar import Binding

_CHOSEN = "-chosen"


class SlideCode(Static):
    """A code block."""

    def __init__(self, block: Block, binding: Binding) -> None:
        super().__init__(markup=False, classes="slide-code")
        self.block, self._binding = block, binding

    def show(self, lines: Sequence[int], *, dark: bool, back: str) -> None:
        """Draw it with these of its lines marked."""
        self.update(
            Syntax(
                shown_code(self.block, self._binding).rstrip("\n"),
                self.block.language or "text",
                theme="monokai" if dark else "default",
                background_color=back,
                highlight_lines=set(lines),
                word_wrap=True,
            )
        )


class SlideView(VerticalScroll):
    """Shows one slide; it scrolls where it is longer than the screen."""

    def __init__(self) -> None:
        super().__init__(id="slide")
        self.can_focus = False

    async def show(self, slide: Slide, bindings: Sequence[Binding], parts: int) -> None:
        """Show the first parts of a slide; `bindings` belong to its blocks, in order."""
        await self.remove_children()
        made: list[Widget] = []
        for part in slide.parts[:parts]:
            for item in part:
                if isinstance(item, int):
                    made.append(SlideCode(slide.blocks[item], bindings[item]))
                elif item.strip():
                    made.append(Markdown(item, open_links=False))
        await self.mount_all(made)
        self.scroll_home(animate=False)

    def mark(self, chosen: int, lines: Sequence[int]) -> None:
        """Mark the block that enter runs, by its number, and those of its lines that are looked
        at."""
        theme = self.app.current_theme
        for code in self.query(SlideCode):
            is_chosen = code.block.number == chosen and chosen > 0
            code.set_class(is_chosen, _CHOSEN)
            back = theme.panel or theme.surface or ""
            code.show(lines if is_chosen else (), dark=theme.dark, back=back)
            if is_chosen:
                code.scroll_visible(animate=False)
