"""A pasted loss that makes a mistake is led to its exhibit, and a right one to none."""

from __future__ import annotations

import pytest

from tests.theory.pasted.test_reading import KL, KL_MEAN, LOSSES
from vaeviz.studies.museum import EXHIBITS
from vaeviz.theory.pasted import read
from vaeviz.theory.pasted.mistakes import RULES, UNUSED

SUMMED = "((x_hat - x) ** 2).sum(1).mean()"
MEAN_KL = "torch.mean(-0.5 * (1 + logvar - mu**2 - logvar.exp()))"
PLUS = "0.5 * torch.sum(1 + logvar - mu**2 - logvar.exp(), dim=1).mean()"


@pytest.mark.parametrize(
    ("code", "exhibits"),
    [
        (f"loss = F.mse_loss(x_hat, x) + {KL_MEAN}", ("pixel-mean",)),
        (f"loss = F.mse_loss(x_hat, x) + beta * {KL_MEAN}", ("pixel-mean",)),
        (f"loss = F.mse_loss(x_hat, x) + {KL}", ("pixel-mean",)),
        (f"loss = {SUMMED} + {MEAN_KL}", ("kl-mean",)),
        (f"loss = {SUMMED} + {PLUS}", ("kl-sign",)),
        (f"kl = {KL_MEAN}\nloss = {SUMMED} - kl", ("kl-sign",)),
        (f"kl = beta * {KL_MEAN}\nloss = {SUMMED} + beta * kl", ("twice",)),
        (f"loss = F.mse_loss(x_hat, x) + {KL_MEAN} / original_dim", ("false-alarm",)),
        (f"def loss(x_hat, x, mu, logvar, beta=1):\n    return {SUMMED} + {KL_MEAN}", (UNUSED,)),
        (f"def loss(x_hat, x, mu, logvar, kld_weight):\n    return {SUMMED} + {KL_MEAN}",
         (UNUSED,)),
        (f"def loss(x_hat, x, mu, logvar, beta=1):\n    return {SUMMED} + beta * {KL_MEAN}", ()),
        (f"loss = {SUMMED} + {KL_MEAN}", ()),
        (f"loss = {SUMMED} + 4 * {KL_MEAN}", ()),
        (f"loss = F.mse_loss(x_hat, x) + 0.00025 * {KL_MEAN}", ()),  # the number undoes the mean
        ("loss = F.mse_loss(x_hat, x)", ()),
        ("", ()),
    ],
)  # fmt: skip
def test_a_mistake_leads_to_its_exhibit(code: str, exhibits: tuple[str, ...]) -> None:
    assert read(code).mistakes == exhibits


def test_published_losses_whose_weight_is_right_lead_nowhere() -> None:
    for name in ("PyTorch-VAE", "PyTorch", "Keras", "JAX", "optax"):
        assert read(LOSSES[name]).mistakes == ()


def test_every_name_is_one_of_the_museums() -> None:
    assert {*RULES, UNUSED} <= EXHIBITS.keys()
