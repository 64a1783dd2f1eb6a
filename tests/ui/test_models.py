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
from vaeviz.ui import models, store
from vaeviz.ui.settings import Settings
from vaeviz.ui.views import Probe

Probes = Callable[[str], Probe]


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty folder in place of the shipped checkpoints, and nothing remembered before or
    after.
    """
    monkeypatch.setattr(models, "SHIPPED", tmp_path)
    monkeypatch.setattr(models, "PATIENCE", 60)
    monkeypatch.setattr(store, "_JOBS", store.Once(workers=1))
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
    assert models.codec(Settings(), probe("digits")) is probe("digits").linear
    assert models.decoders("digits") == ("gaussian", "gaussian-optimal")


def test_a_shipped_model_answers_and_is_loaded_once(shipped: Path, probe: Probes) -> None:
    put(shipped)
    codec = models.codec(Settings(), probe("digits"))
    assert isinstance(codec, MultiRateCodec)
    assert codec.source == "multi-rate model digits"
    assert codec.latent == 4
    assert models.codec(Settings(decoder="gaussian-optimal"), probe("digits")) is codec
    mu, logvar = codec.encode(probe("digits").x, 0.1, 3)
    assert mu.shape == logvar.shape == (359, 3)
    assert torch.get_num_threads() == 1


def test_another_likelihood_is_another_file(shipped: Path, probe: Probes) -> None:
    put(shipped)
    put(shipped, "digits-bernoulli", likelihood="bernoulli")
    assert models.decoders("digits") == ("gaussian", "gaussian-optimal", "bernoulli")
    assert models.decoders("moons") == ("gaussian", "gaussian-optimal")
    codec = models.codec(Settings(decoder="bernoulli"), probe("digits"))
    assert codec is not None
    assert codec.likelihood == "bernoulli"


def test_dedicated_models_lie_beside_the_multi_rate_ones_and_are_no_decoders(
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
        models.codec(Settings(), probe("digits"))
    assert "\n" not in str(caught.value)


def test_a_model_of_other_data_is_refused(shipped: Path, probe: Probes) -> None:
    put(shipped, "digits", data="moons")
    with pytest.raises(UserError, match="moons"):
        models.codec(Settings(), probe("digits"))


def test_a_model_of_another_likelihood_is_refused(shipped: Path, probe: Probes) -> None:
    put(shipped, "digits", likelihood="bernoulli")
    with pytest.raises(UserError, match="bernoulli"):
        models.codec(Settings(), probe("digits"))


def test_kept_curves_are_shown(shipped: Path, probe: Probes) -> None:
    manifest = put(shipped)
    kept = Curve(np.array([0.1, 1.0]), np.array([2.0, 1.0]), np.array([1.0, 2.0]))
    curves.save(curves.path_of(shipped / "digits"), [kept] * 4, manifest.sha256, 10)
    codec = models.codec(Settings(), probe("digits"))
    assert codec is not None
    np.testing.assert_array_equal(codec.curve(4).rates, [2, 1])


def test_without_kept_curves_a_coarser_sweep_is_made(shipped: Path, probe: Probes) -> None:
    put(shipped)
    codec = models.codec(Settings(), probe("digits"))
    assert codec is not None
    curve = codec.curve(2)
    assert len(curve.taus) == len(curve.rates) == 33
    assert codec.curve(2) is curve


@pytest.mark.parametrize("name", ["digits", "mnist-5k", "three-gaussians", "moons"])
@pytest.mark.parametrize("beta", [0.001, 0.1, 0.9, 1.0, 1.1, 4.0, 20.0, 100.0])
@pytest.mark.parametrize("d", [1, 2, 8, 16])
def test_the_optimal_sigma2_is_a_fixed_point(name: str, beta: float, d: int, probe: Probes) -> None:
    """σ² = MSE(βσ²) to 0.1 %, on the codec's own curve, inside its range of τ."""
    p = probe(name)
    start = Settings(data=name, decoder="gaussian-optimal", beta=beta, d=min(d, p.linear.latent))
    s = models.with_optimal_sigma2(start, p, p.linear)
    curve = p.linear.curve(s.d)
    again = float(np.interp(s.tau, curve.taus, curve.losses)) / p.elements
    assert s.sigma2 == pytest.approx(min(max(again, 1e-4), 10.0), rel=1e-3)
    assert models.with_optimal_sigma2(s, p, p.linear).sigma2 == pytest.approx(s.sigma2, rel=1e-3)
    assert (s.beta, s.d, s.decoder) == (start.beta, start.d, start.decoder)


def test_no_other_sigma2_on_the_curve_has_a_lower_objective(probe: Probes) -> None:
    p = probe("digits")
    for beta in (0.3, 1.0, 5.0):
        s = models.with_optimal_sigma2(Settings(decoder="gaussian-optimal", beta=beta), p, p.linear)
        curve = p.linear.curve(s.d)

        def objective(sigma2: float, beta: float = beta, curve: Curve = curve) -> float:
            loss, rate = (
                np.interp(beta * sigma2, curve.taus, v) for v in (curve.losses, curve.rates)
            )
            return float(0.5 * (loss / sigma2 + p.elements * np.log(sigma2)) + beta * rate)

        assert objective(s.sigma2) <= min(objective(v) for v in np.geomspace(1e-3, 1, 200)) + 0.01


def test_a_fixed_variance_is_left_alone(probe: Probes) -> None:
    s = Settings(sigma2=0.3)
    assert models.with_optimal_sigma2(s, probe("digits"), probe("digits").linear) is s
