"""The data sets in the controls."""

from __future__ import annotations

import pytest

from vaeviz import data
from vaeviz.ui import data_sets


def test_what_has_to_be_fetched_first_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(data, "available", lambda name: name != "mnist")
    titles = data_sets.titles()
    assert list(titles) == list(data.names())
    assert [n for n, title in titles.items() if title != data.describe(n).title] == ["mnist"]
    assert titles["mnist"] == f"{data.describe('mnist').title} (download)"
