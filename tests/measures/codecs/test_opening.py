"""A checkpoint's codec holds its model and says which it is; what has none is one line."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from vaeviz import checkpoints
from vaeviz.checkpoints import SHIPPED, Loaded, Manifest
from vaeviz.config import RunSettings, UserError
from vaeviz.measures.codecs.opening import dedicated_codec, multi_rate_codec
from vaeviz.models import linear, vae


def dedicated(**given: object) -> Loaded:
    settings = RunSettings(**{"widths": (9,), "latent": 3, **given})  # type: ignore[arg-type]
    model = vae.build(settings, (8, 8)).eval().requires_grad_(False)
    return Loaded(
        model, Manifest("mine", "vae", settings.to_json(), "digits", "0" * 16, 0, 1200, {})
    )


@pytest.mark.parametrize("name", ["digits", "digits-bernoulli", "digits-categorical"])
def test_a_multi_rate_model_says_which_it_is(name: str) -> None:
    loaded = checkpoints.load(SHIPPED / name)
    codec = multi_rate_codec(loaded)
    assert (codec.model, codec.source) == (loaded.model, f"multi-rate model {name}")
    assert codec.likelihood == loaded.manifest.settings["likelihood"]


@pytest.mark.parametrize(
    "likelihood", ["gaussian", "gaussian-learned", "gaussian-per-pixel", "bernoulli", "categorical"]
)
def test_a_dedicated_model_says_which_it_is(likelihood: str) -> None:
    loaded = dedicated(likelihood=likelihood)
    codec = dedicated_codec(loaded)
    assert (codec.model, codec.source) == (loaded.model, "dedicated model mine, step 1,200")
    assert codec.likelihood == likelihood


def test_an_autoencoder_is_called_one() -> None:
    codec = dedicated_codec(dedicated(variational=False))
    assert codec.source == "plain autoencoder mine, step 1,200"


def test_other_kinds_are_one_line() -> None:
    about = Manifest("line", "linear", RunSettings().to_json(), "digits", "0" * 16, 0, 1, {})
    model: nn.Module = linear.build(RunSettings(), torch.zeros(64))
    with pytest.raises(UserError, match="line is a linear model") as caught:
        dedicated_codec(Loaded(model, about))
    assert "\n" not in str(caught.value)


def test_a_masked_decoder_does_not_decode_a_code_alone() -> None:
    with pytest.raises(UserError, match="open a multi-rate or a dedicated VAE"):
        dedicated_codec(dedicated(decoder="masked"))
