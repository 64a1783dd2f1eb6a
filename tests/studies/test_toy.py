"""The classic toy reproduces its reference figures."""

from __future__ import annotations

import pytest

from vaeviz.studies.toy import REFERENCE, SETTINGS, toy


def test_the_toy_is_as_described() -> None:
    assert (SETTINGS.widths, SETTINGS.latent, SETTINGS.batch) == ((64, 64), 2, 256)
    assert SETTINGS.learning_rate == 1e-3
    assert SETTINGS.steps == 800 * 8
    assert (
        SETTINGS.beta / (2 * SETTINGS.sigma2) == 1
    )  # the squared error counts once, and so does the KL


def test_the_toy_reproduces_its_reference() -> None:
    steps: list[int] = []
    result = vars(toy(0, lambda record: steps.append(record.step)))
    assert len(steps) == SETTINGS.steps
    for key, value in REFERENCE.items():
        assert result[key] == pytest.approx(value, rel=0.1), key
    assert result["distance"] < 0.6
    assert result["near"] > 0.85
