"""What all tests of the app share."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from textual.cache import LRUCache
from textual.css.stylesheet import Stylesheet

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True, scope="session")
def _sheets_are_read_once() -> Iterator[None]:
    """What one app has made of its style sheets the next one takes over, if its theme is the same:
    a user starts one app in a process, the tests hundreds."""
    shared: dict[frozenset[tuple[str, str]], LRUCache[Any, Any]] = {}
    init, set_variables = Stylesheet.__init__, Stylesheet.set_variables

    def take_over(sheet: Stylesheet) -> None:
        theme = frozenset(sheet._variables.items())
        sheet._parse_cache = shared.setdefault(theme, LRUCache(4096))

    def begin(sheet: Stylesheet, *, variables: dict[str, str] | None = None) -> None:
        init(sheet, variables=variables)
        take_over(sheet)

    def change(sheet: Stylesheet, variables: dict[str, str]) -> None:
        # It would be emptied.
        sheet._parse_cache = LRUCache(1)
        set_variables(sheet, variables)
        take_over(sheet)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Stylesheet, "__init__", begin)
        patch.setattr(Stylesheet, "set_variables", change)
        yield
