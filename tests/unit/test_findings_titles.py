"""Each kind of finding has a title, in both languages."""

from __future__ import annotations

import pytest

from paraviz.analysis.findings import KINDS
from paraviz.analysis.findings.titles import TITLES
from paraviz.text import language
from paraviz.text.translation import _


def test_each_kind_has_one() -> None:
    assert set(TITLES) == set(KINDS)
    assert len(set(TITLES.values())) == len(KINDS)


def test_they_are_short_in_german_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "_chosen", "de")
    assert max(len(_(title)) for title in TITLES.values()) <= 28
