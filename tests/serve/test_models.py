"""Which model answers: a shipped one, or the closed form where there is none or it is damaged."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch

from vaeviz import checkpoints
from vaeviz.checkpoints import Manifest
from vaeviz.config import UserError
from vaeviz.measures import curves
from vaeviz.measures.codecs.torch_codec import MultiRateCodec
from vaeviz.models import multi_rate_settings
from vaeviz.models.multi_rate_settings import MultiRateSettings
from vaeviz.records import Curve
from vaeviz.serve import models
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder in place of the shipped checkpoints, and nothing remembered before or
    after.
    """
    monkeypatch.setattr(models, "SHIPPED", tmp_path)
    monkeypatch.setattr(models, "PATIENCE", 60)
    models._shipped.cache_clear()
    yield tmp_path
    models._shipped.cache_clear()


def put(
    folder: Path, name: str = "digits", data: str = "digits", likelihood: str = "gaussian"
) -> Manifest:
    """A tiny untrained multi-rate model of `data` under `name`."""
    settings = MultiRateSettings(data, likelihood, widths=(8,), max_latent=4, levels=5)
    shape = (8, 8) if data == "digits" else (2,)
    model = multi_rate_settings.build(settings, shape)
    draft = Manifest(name, "multi-rate", settings.to_json(), data, "0" * 16, 0, 1, {})
    return checkpoints.save(model, folder, draft)


def test_without_a_checkpoint_the_closed_form_answers(shipped: Path, probe: Probes) -> None:
    assert models.multi_rate(probe("digits"), "gaussian") is probe("digits").linear
    assert models.likelihoods("digits") == ("gaussian", "gaussian-optimal")


def test_a_shipped_model_answers_and_is_loaded_once(shipped: Path, probe: Probes) -> None:
    put(shipped)
    codec = models.multi_rate(probe("digits"), "gaussian")
    assert isinstance(codec, MultiRateCodec)
    assert codec.source == "multi-rate model digits"
    assert codec.latent == 4
    assert models.multi_rate(probe("digits"), "gaussian-optimal") is codec
    mu, logvar = codec.encode(probe("digits").x, 0.1, 3)
    assert mu.shape == logvar.shape == (359, 3)
    assert torch.get_num_threads() == 1


def test_another_likelihood_is_another_file(shipped: Path, probe: Probes) -> None:
    put(shipped)
    put(shipped, "digits-bernoulli", likelihood="bernoulli")
    assert models.likelihoods("digits") == ("gaussian", "gaussian-optimal", "bernoulli")
    assert models.likelihoods("moons") == ("gaussian", "gaussian-optimal")
    codec = models.multi_rate(probe("digits"), "bernoulli")
    assert codec is not None
    assert codec.likelihood == "bernoulli"


def test_dedicated_models_lie_beside_the_multi_rate_ones_and_are_no_likelihoods(
    shipped: Path, probe: Probes
) -> None:
    put(shipped)
    put(shipped, "digits-vae-2d")
    assert list(models._shipped()) == [("digits", "gaussian")]


@pytest.mark.parametrize("damage", ["truncated", "flipped", "manifest", "lost"])
def test_a_damaged_checkpoint_is_one_line(damage: str, shipped: Path, probe: Probes) -> None:
    put(shipped)
    weights, manifest = shipped / "digits.safetensors", shipped / "digits.json"
    content = weights.read_bytes()
    if damage == "truncated":
        weights.write_bytes(content[:-100])
    elif damage == "flipped":
        weights.write_bytes(content[:-5] + bytes([content[-5] ^ 1]) + content[-4:])
    elif damage == "manifest":
        manifest.write_text("{")
    else:
        weights.unlink()
    with pytest.raises(UserError) as caught:
        models.multi_rate(probe("digits"), "gaussian")
    assert "\n" not in str(caught.value)


def test_a_model_of_other_data_is_refused(shipped: Path, probe: Probes) -> None:
    put(shipped, "digits", data="moons")
    with pytest.raises(UserError, match="moons"):
        models.multi_rate(probe("digits"), "gaussian")


def test_a_model_of_another_likelihood_is_refused(shipped: Path, probe: Probes) -> None:
    put(shipped, "digits", likelihood="bernoulli")
    with pytest.raises(UserError, match="bernoulli"):
        models.multi_rate(probe("digits"), "gaussian")


def test_kept_curves_are_shown(shipped: Path, probe: Probes) -> None:
    manifest = put(shipped)
    kept = Curve(np.array([0.1, 1.0]), np.array([2.0, 1.0]), np.array([1.0, 2.0]))
    curves.save(curves.path_of(shipped / "digits"), [kept] * 4, manifest.sha256, 10)
    codec = models.multi_rate(probe("digits"), "gaussian")
    assert codec is not None
    np.testing.assert_array_equal(codec.curve(4).rates, [2, 1])


def test_without_kept_curves_a_coarser_sweep_is_made(shipped: Path, probe: Probes) -> None:
    put(shipped)
    codec = models.multi_rate(probe("digits"), "gaussian")
    assert codec is not None
    curve = codec.curve(2)
    assert len(curve.taus) == len(curve.rates) == 33
    assert codec.curve(2) is curve
