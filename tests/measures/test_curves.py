"""The saved curves: equal to five digits; refused when damaged or of other weights."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vaeviz.config import UserError
from vaeviz.measures import curves
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.theory import linear_vae

X = (np.random.default_rng(0).normal(size=(300, 4)) * [2.0, 1.0, 0.5, 0.2]).astype(np.float32)
NOISE = np.random.default_rng(1).standard_normal((300, 4), dtype=np.float32)
CODEC = LinearCodec(linear_vae.spectrum(X), 3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Curves for d = 1, 2, 3, kept beside a checkpoint `toy`."""
    result = curves.path_of(tmp_path / "toy")
    curves.save(result, [CODEC.curve(d) for d in (1, 2, 3)], "abc", 300)
    return result


def rewrite(path: Path, **change: Any) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))


def test_a_sweep_follows_the_closed_form() -> None:
    swept = curves.sweep(CODEC, X, NOISE, 2, CODEC.curve(2).taus[::8])
    exact = CODEC.curve(2)
    np.testing.assert_allclose(swept.rates, exact.rates[::8], atol=1e-4)
    np.testing.assert_allclose(swept.losses, exact.losses[::8], rtol=0.1)
    assert (np.diff(swept.rates) <= 1e-9).all()


def test_curves_come_back_as_they_were(path: Path) -> None:
    assert path.name == "toy.json"
    assert path.parent.name == "curves"
    result = curves.load(path, "abc")
    assert len(result) == 3
    for d, curve in enumerate(result, 1):
        exact = CODEC.curve(d)
        np.testing.assert_allclose(curve.taus, exact.taus, rtol=1e-4)
        np.testing.assert_allclose(curve.rates, exact.rates, rtol=1e-4)
        np.testing.assert_allclose(curve.losses, exact.losses, rtol=1e-4)


def test_curves_of_other_weights_are_refused(path: Path) -> None:
    with pytest.raises(UserError, match=r"other weights: make it again"):
        curves.load(path, "abd")


def test_a_missing_file_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        curves.load(tmp_path / "none.json", "abc")


GOOD = {"rates": [2.0, 1.0], "losses": [1.0, 2.0]}


@pytest.mark.parametrize(
    "change",
    [
        {"d": None},
        {"d": 3},
        {"d": [3]},
        {"d": ["abc"]},
        {"d": [[1, 2]]},
        {"d": {"1": GOOD}},
        {"d": []},
        {"taus": [0.1]},
        {"taus": None},
        {"taus": "abc"},
        {"taus": [0.2, 0.1]},
        {"taus": [0.0, 0.1]},
        {"taus": [], "d": [{"rates": [], "losses": []}]},
        {"d": [{"rates": [1.0]}]},
        *(
            {"d": [{**GOOD, "rates": rates}]}
            for rates in ([1.0], [None, 1.0], ["x", 1.0], ["nan", 1.0], [{}, 1.0], [[2.0], [1.0]])
        ),
        {"d": [{**GOOD, "losses": [1.0, None]}]},
    ],
    ids=str,
)
def test_damage_is_one_line_with_a_cure(path: Path, change: dict[str, Any]) -> None:
    rewrite(path, taus=[0.1, 0.2], d=[GOOD])
    assert len(curves.load(path, "abc")) == 1
    rewrite(path, **change)
    with pytest.raises(UserError) as caught:
        curves.load(path, "abc")
    assert "make it again" in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"\xff\x00", b'{"d": NaN}', b'{"weights_sha256": "abc"}']
)
def test_a_file_that_is_no_curves_file_is_one_line(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(UserError):
        curves.load(path, "abc")


def test_every_truncation_is_noticed(path: Path) -> None:
    whole = path.read_bytes()
    for size in range(0, len(whole) - 2, 97):
        path.write_bytes(whole[:size])
        with pytest.raises(UserError):
            curves.load(path, "abc")
