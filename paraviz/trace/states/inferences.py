"""How a sentence is told that is made from states which are inferred."""

from __future__ import annotations

from paraviz.text.translation import Phrase, phrase


def inferred(told: Phrase) -> Phrase:
    """The sentence, and that what it says is inferred."""
    return phrase("inferred: {what}", what=told)
