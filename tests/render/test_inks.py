"""Rows of inked text."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from paraviz.tui.render.inks import PLAIN, QUIET, cut, row_text

pieces = st.lists(st.tuples(st.text("abc", max_size=4), st.sampled_from([PLAIN, QUIET])))


@given(pieces, st.integers(0, 12))
def test_what_does_not_fit_ends_in_an_ellipsis_wherever_its_inks_change(
    row: list[tuple[str, object]], columns: int
) -> None:
    text = row_text(row)  # type: ignore[arg-type]
    shown = row_text(cut(row, columns))  # type: ignore[arg-type]
    if len(text) <= columns:
        assert shown == text
    else:
        assert shown == (text[: columns - 1] + "…" if columns else "")
