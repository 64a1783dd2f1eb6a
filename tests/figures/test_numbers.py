"""Numbers over many decades: three digits, powers of ten only for extremes."""

from __future__ import annotations

import pytest

from vaeviz.figures.numbers import three_digits


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (1e-4, "0.0001"),
        (1.5e-4, "0.00015"),
        (9.99e-5, "9.99 · 10⁻⁵"),
        (0.012346, "0.0123"),
        (1.2346, "1.23"),
        (12.346, "12.3"),
        (100.0, "100"),
        (392.4, "392"),
        (12_288.4, "12,288"),
        (999_999.0, "999,999"),
        (1.5e6, "1.50 · 10⁶"),
        (-0.5, "-0.5"),
        (-2e7, "−2.00 · 10⁷"),
    ],
)
def test_a_number_has_three_digits(value: float, text: str) -> None:
    assert three_digits(value) == text
