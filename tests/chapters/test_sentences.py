"""Sentences made of words."""

from __future__ import annotations

import pytest

from vaeviz.chapters.controls import sentence


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("a plain autoencoder pays no rate", "A plain autoencoder pays no rate"),
        ("σ² is fixed", "σ² is fixed"),
        ("β is 1", "β is 1"),
        ("", ""),
    ],
)
def test_a_sentence_begins_with_a_capital_unless_with_a_symbol(words: str, said: str) -> None:
    assert sentence(words) == said
