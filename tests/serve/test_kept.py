"""Dedicated models, kept or shipped: listed by data set, known by their names, with the reason why
one can't be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from tests.serve import dedicated
from tests.serve.dedicated import put
from vaeviz.config import UserError
from vaeviz.measures.codecs.torch_codec import DedicatedCodec
from vaeviz.models import vae
from vaeviz.serve import kept, models
from vaeviz.serve.kept import MULTI_RATE
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    yield dedicated.empty(tmp_path, monkeypatch)
    models._shipped.cache_clear()


@pytest.fixture
def pair(folder: Path) -> Path:
    return dedicated.pair(folder)


def test_the_list_starts_with_the_multi_rate_model(folder: Path) -> None:
    assert [row[0] for row in kept.options("digits")] == [MULTI_RATE]


def test_the_list_has_the_data_sets_own_models(folder: Path) -> None:
    put(folder, "b")
    put(folder, "a", likelihood="bernoulli")
    put(folder, "plane", data="moons")
    assert kept.options("digits")[1:] == [
        ["a", "a (β 2, d 3)", ""],
        ["b", "b (β 2, σ² 0.03, d 3)", ""],
    ]
    assert [row[0] for row in kept.options("moons")] == [MULTI_RATE, "plane"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"variational": False}, "no KL"),
        ({"latent": 17}, "17 latent"),
        ({"kind": "linear"}, "linear model"),
        ({"likelihood": "gaussian-per-pixel"}, "a σ² for every pixel, and no τ"),
    ],
)
def test_what_cannot_be_shown_is_listed_with_its_reason(
    folder: Path, changes: dict[str, Any], why: str
) -> None:
    put(folder, **changes)
    name, title, reason = kept.options("digits")[1]
    assert (name, title) == ("mine", "mine (not usable)")
    assert why in reason
    assert "\n" not in reason
    with pytest.raises(UserError):
        kept.find("mine")


@pytest.mark.parametrize("file", ["mine.json", "mine.safetensors"])
@pytest.mark.parametrize("damage", ["lost", "cut"])
def test_a_damaged_one_is_listed_with_its_reason(folder: Path, file: str, damage: str) -> None:
    put(folder)
    content = (folder / file).read_bytes()
    (folder / file).unlink() if damage == "lost" else (folder / file).write_bytes(content[:-9])
    for data in ("digits", "moons"):
        rows = [row for row in kept.options(data) if row[0] == "mine"]
        assert all(row[2] and "\n" not in row[2] for row in rows)
    with pytest.raises(UserError):
        kept.find("mine")


def test_a_variance_for_every_pixel_is_no_number(folder: Path) -> None:
    put(folder, likelihood="gaussian-per-pixel", sigma2=0.0123)
    own = kept.known("mine")
    assert (own.gaussian, own.per_pixel) == (False, True)
    assert own.likelihoods == ("gaussian-per-pixel",)
    title = kept.title(own)
    assert title.startswith("mine (β 2, σ² ")
    assert title.endswith("pixel, d 3)")
    assert "trained at β = 2, a σ² for every pixel, d = 3" in own.remark
    assert own.tau == 2.0


@pytest.mark.parametrize("likelihood", ["gaussian-learned", "gaussian-optimal"])
def test_a_learned_variance_is_the_one_that_it_came_to(folder: Path, likelihood: str) -> None:
    put(folder, likelihood=likelihood, sigma2=0.0123)
    own = kept.find("mine")
    assert (own.sigma2, own.likelihoods) == (0.0123, ("gaussian-optimal", "gaussian"))
    assert own.tau == pytest.approx(2 * 0.0123)


def test_shipped_models_are_offered_after_the_kept_ones(pair: Path, folder: Path) -> None:
    put(folder)
    names = ["mine", "digits-ae-2d", "digits-vae-2d"]
    assert [row[0] for row in kept.options("digits")] == [MULTI_RATE, *names]
    assert [row[0] for row in kept.options("moons")] == [MULTI_RATE]
    assert [(k.entry.name, k.shipped, k.variational) for k in kept.dedicated("digits")] == [
        ("mine", False, True),
        ("digits-ae-2d", True, False),
        ("digits-vae-2d", True, True),
    ]
    assert [k.entry.name for k in models.shipped("digits")] == names[1:]
    assert (kept.dedicated("moons"), models.shipped("moons")) == ((), ())


def test_a_plain_autoencoder_is_not_for_the_explorer(pair: Path) -> None:
    title, reason = next(row[1:] for row in kept.options("digits") if row[0] == "digits-ae-2d")
    assert title == "digits-ae-2d (not usable)"
    assert "no KL" in reason
    with pytest.raises(UserError, match="Latent space"):
        kept.find("digits-ae-2d")


def test_a_plain_autoencoder_is_known_and_has_no_variance(pair: Path, probe: Probes) -> None:
    p, plain = probe("digits"), kept.known("digits-ae-2d")
    codec = models.dedicated(plain, p)
    assert isinstance(codec, DedicatedCodec)
    mu, logvar = codec.encode(p.x, 1.0, 2)
    with torch.no_grad():
        expected, untrained = vae.build(plain.run, (8, 8)).encode(torch.from_numpy(p.x))
    np.testing.assert_allclose(mu, expected, atol=1e-6)
    assert untrained.std() > 0
    assert (logvar == vae.LOGVAR_RANGE[0]).all()
    assert codec.source == "plain autoencoder digits-ae-2d, step 70"
    assert "β" not in codec.remark.replace("no β", "")
    with pytest.raises(LookupError):
        codec.curve(2)


def test_a_kept_model_stands_before_a_shipped_one_of_its_name(pair: Path, folder: Path) -> None:
    put(folder, "digits-vae-2d", latent=3)
    assert [row[0] for row in kept.options("digits")].count("digits-vae-2d") == 1
    assert not kept.find("digits-vae-2d").shipped
    assert kept.find("digits-vae-2d").run.latent == 3


@pytest.mark.parametrize("end", [".json", ".safetensors"])
def test_a_damaged_shipped_model_is_listed_with_its_data_set_alone(pair: Path, end: str) -> None:
    file = pair / f"digits-vae-2d{end}"
    file.write_bytes(file.read_bytes()[:-9])
    (row,) = (row for row in kept.options("digits") if row[0] == "digits-vae-2d")
    assert row[1] == "digits-vae-2d (not usable)"
    assert row[2]
    assert [row[0] for row in kept.options("moons")] == [MULTI_RATE]
    assert [k.entry.name for k in kept.dedicated("digits")] == ["digits-ae-2d"]
