"""Work that may take its time: off the screen's loop, with a bar, and escape calls it off."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding
from textual.containers import Vertical
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.worker import get_current_worker

from paraviz.commands.progress_bar import PATIENCE_S, bar_text
from paraviz.errors import ParavizError
from paraviz.formats.progress import Cancelled
from paraviz.text.translation import _

if TYPE_CHECKING:
    from textual.app import ComposeResult

Work = Callable[[Callable[[float], None]], object]
"""Gets what to tell of progress, which raises `Cancelled` once the work is called off."""
_CELLS = 40


class WorkingScreen(ModalScreen[object]):
    """Its result is that of the work, the ParavizError or OSError it raised, or None where it was
    called off. Unless the work takes longer than `PATIENCE_S` nothing is to be seen of it."""

    BINDINGS: ClassVar = [Binding("escape", "cancel", show=False)]

    def __init__(self, title: str, work: Work) -> None:
        super().__init__()
        self._words = title
        self._work = work
        self._share = 0.0

    def compose(self) -> ComposeResult:
        """What is done, and how far."""
        with Vertical(classes="dialog"):
            yield Static(self._words, classes="dialog-title", markup=False)
            yield Static("", id="bar", markup=False)
            yield Static(_("esc cancels"), id="hint", markup=False)

    def on_mount(self) -> None:
        """Begin."""
        self.styles.background = "transparent"
        self.query_one(".dialog").display = False
        self.set_timer(PATIENCE_S, self._appear)
        self.run_worker(self._run, thread=True, exit_on_error=False)

    def _appear(self) -> None:
        self.query_one(".dialog").display = True

    def _run(self) -> None:
        worker = get_current_worker()

        def tell(share: float) -> None:
            if worker.is_cancelled:
                raise Cancelled
            self.app.call_from_thread(self._tell, share)

        try:
            result = self._work(tell)
        except Cancelled:
            return
        except (ParavizError, OSError) as error:
            result = error
        except Exception as error:
            # Whoever waits for the result is to learn of it, and the screen is not to stay.
            result = ParavizError(f"{type(error).__name__}: {error}")
        if not worker.is_cancelled:
            self.app.call_from_thread(self.dismiss, result)

    def _tell(self, share: float) -> None:
        if self.is_mounted:
            self.query_one("#bar", Static).update(bar_text(share, _CELLS))

    def action_cancel(self) -> None:
        """Call it off."""
        self.workers.cancel_node(self)
        self.dismiss(None)
