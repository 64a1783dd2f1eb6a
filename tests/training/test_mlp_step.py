"""Closed-form gradients equal autograd's in every setting, and so do whole runs."""

from __future__ import annotations

import copy
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from vaeviz.config import Decoder, RunSettings
from vaeviz.densities import LIKELIHOODS
from vaeviz.models import vae
from vaeviz.models.vae import VAE
from vaeviz.training import adam, loop
from vaeviz.training.gradients import ByAutograd, Outputs
from vaeviz.training.loop import Trainer, train
from vaeviz.training.mlp_step import ByHand, gradients_of

BY_HAND: tuple[str, ...] = ("gaussian", "gaussian-learned", "gaussian-optimal", "bernoulli")
DECODERS: tuple[Decoder, ...] = ("mirror", "linear")
SETTINGS = RunSettings(widths=(16, 12), latent=3, batch=20, steps=60, sigma2=0.3)
X = np.random.default_rng(0).random((50, 6), dtype=np.float32)


def model_of(settings: RunSettings, pixels: int = 6) -> VAE:
    return vae.build(settings, (pixels,)).double()


def by_hand(model: VAE, settings: RunSettings) -> ByHand:
    return ByHand(model, LIKELIHOODS[settings.likelihood])


def both(
    settings: RunSettings, model: VAE, x: torch.Tensor, beta: float
) -> list[dict[str, torch.Tensor]]:
    """The gradients of every parameter by autograd and in closed form, from the same noise."""
    twin = copy.deepcopy(model)
    reference = ByAutograd(model)
    reference(x, torch.Generator().manual_seed(1), settings, beta)
    manual = by_hand(twin, settings)
    manual(x, torch.Generator().manual_seed(1), settings, beta)
    return [of_autograd(model), by_name(twin, manual)]


def of_autograd(model: VAE) -> dict[str, torch.Tensor]:
    return {
        k: torch.zeros_like(p) if p.grad is None else p.grad for k, p in model.named_parameters()
    }


def by_name(model: VAE, manual: ByHand) -> dict[str, torch.Tensor]:
    """Parts of the one gradient, found by where each parameter lies in the one vector."""
    whole, found = manual.weights[0], {}
    assert whole.grad is not None
    for name, p in model.named_parameters():
        start = p.storage_offset() - whole.storage_offset()
        found[name] = whole.grad[start : start + p.numel()].view_as(p)
    return found


def assert_same(reference: dict[str, torch.Tensor], manual: dict[str, torch.Tensor]) -> None:
    assert reference.keys() == manual.keys()
    for name, gradient in reference.items():
        scale = float(gradient.abs().max())
        torch.testing.assert_close(
            manual[name],
            gradient,
            rtol=1e-10,
            atol=1e-10 * scale,
            msg=lambda m, n=name: f"{n}: {m}",
        )


def examples(rows: int, pixels: int = 6, seed: int = 0) -> torch.Tensor:
    return torch.tensor(np.random.default_rng(seed).random((rows, pixels)))


# --- gradients
# ------------------------------------------------------------------------------------------------


@hypothesis_settings(deadline=None, max_examples=60, derandomize=True)
@given(
    likelihood=st.sampled_from(BY_HAND),
    decoder=st.sampled_from(DECODERS),
    variational=st.booleans(),
    widths=st.lists(st.integers(1, 9), max_size=3),
    latent=st.integers(1, 5),
    pixels=st.integers(1, 7),
    rows=st.integers(1, 9),
    beta=st.floats(0, 10),
    free_bits=st.sampled_from([0.0, 0.02, 0.2]),
    seed=st.integers(0, 99),
)
def test_they_are_autograd_s(
    likelihood: str,
    decoder: Decoder,
    variational: bool,
    widths: list[int],
    latent: int,
    pixels: int,
    rows: int,
    beta: float,
    free_bits: float,
    seed: int,
) -> None:
    settings = RunSettings(
        likelihood=likelihood,
        decoder=decoder,
        variational=variational,
        seed=seed,
        widths=tuple(widths),
        latent=latent,
        free_bits=free_bits,
    )
    assert_same(*both(settings, model_of(settings, pixels), examples(rows, pixels, seed), beta))


@pytest.mark.parametrize("likelihood", BY_HAND)
def test_a_log_variance_out_of_range_is_not_pressed(likelihood: str) -> None:
    """Six dimensions: too low, too high, the ends of the range themselves, and two inside."""
    settings = replace(SETTINGS, likelihood=likelihood, latent=6)
    model = model_of(settings)
    with torch.no_grad():
        head = model.encoder[-1]  # type: ignore[index]
        head.weight[6:10] = 0
        head.bias[6:10] = torch.tensor([-21.0, 11.0, -20.0, 10.0])
    reference, manual = both(settings, model, examples(8), 1.0)
    assert_same(reference, manual)
    pressed = manual["encoder.4.bias"][6:10].abs() > 0
    assert pressed.tolist() == [False, False, True, True]


def test_free_bits_spare_what_is_below_the_floor_and_press_what_is_on_it() -> None:
    """Each posterior is N(m, 1), so the KL is m² / 2 to the last bit: 0.125, 0.5 and 2 nats."""
    settings = replace(SETTINGS, free_bits=0.5)
    model = model_of(settings)
    with torch.no_grad():
        head = model.encoder[-1]  # type: ignore[index]
        head.weight.zero_()
        head.bias.copy_(torch.tensor([0.5, 1.0, 2.0, 0, 0, 0]))
        model.decoder[0].weight.zero_()  # type: ignore[index, union-attr, operator]
    reference, manual = both(settings, model, examples(8), 3.0)
    assert_same(reference, manual)
    assert manual["encoder.4.bias"][:3].tolist() == pytest.approx([0.0, 3.0, 6.0])


def test_an_optimal_variance_at_its_least_still_gives_finite_gradients() -> None:
    settings = replace(SETTINGS, likelihood="gaussian-optimal", widths=(), decoder="linear")
    model = model_of(settings)
    x = model.decoder[0].bias.detach().repeat(4, 1)  # type: ignore[index, union-attr, operator]
    with torch.no_grad():
        model.decoder[0].weight.mul_(1e-5)  # type: ignore[index, union-attr, operator]
    reference, manual = both(settings, model, x, 1.0)
    assert_same(reference, manual)
    assert model.log_sigma2.exp().item() == pytest.approx(1e-6)


def test_what_it_saw_is_what_autograd_saw() -> None:
    for likelihood in BY_HAND:
        settings = replace(SETTINGS, likelihood=likelihood)
        seen = [
            gradients(examples(7), torch.Generator().manual_seed(1), settings, 1.0)
            for gradients in (
                ByAutograd(model_of(settings)),
                by_hand(model_of(settings), settings),
            )
        ]
        for name in Outputs.__dataclass_fields__:
            torch.testing.assert_close(
                getattr(seen[1], name), getattr(seen[0], name), rtol=1e-12, atol=1e-12
            )


def test_a_smaller_batch_in_between_leaves_no_trace() -> None:
    settings = SETTINGS
    manual, fresh = (by_hand(model_of(settings), settings) for _ in range(2))
    for rows in (9, 4):
        manual(examples(rows), torch.Generator().manual_seed(1), settings, 1.0)
    for one in (manual, fresh):
        one(examples(9), torch.Generator().manual_seed(1), settings, 1.0)
    assert torch.equal(manual.weights[0].grad, fresh.weights[0].grad)  # type: ignore[arg-type]


# --- who is trained so
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "kind"),
    [({"likelihood": likelihood}, ByHand) for likelihood in BY_HAND]
    + [({"widths": ()}, ByHand), ({"decoder": "linear"}, ByHand), ({"variational": False}, ByHand)]
    + [({"likelihood": "categorical"}, ByAutograd), ({"architecture": "conv"}, ByAutograd)]
    + [({"architecture": "conv", "decoder": "linear"}, ByAutograd)],
)
def test_mlps_are_trained_in_closed_form_and_others_by_autograd(
    changes: dict[str, Any], kind: type
) -> None:
    settings = replace(SETTINGS, **changes)
    assert type(gradients_of(vae.build(settings, (16, 16)), settings)) is kind


# --- whole runs
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [{"likelihood": likelihood} for likelihood in BY_HAND]
    + [{"variational": False}, {"free_bits": 0.3}, {"decoder": "linear", "widths": ()}],
)
def test_a_run_is_autograd_s(monkeypatch: pytest.MonkeyPatch, changes: dict[str, Any]) -> None:
    settings = replace(SETTINGS, beta=2.0, schedule="linear", warmup=30, **changes)
    manual = vae.build(settings, (6,))
    records = list(train(manual, X, settings))
    monkeypatch.setattr(loop, "gradients_of", lambda model, _: ByAutograd(model))
    reference = vae.build(settings, (6,))
    for mine, theirs in zip(records, train(reference, X, settings), strict=True):
        assert mine.objective == pytest.approx(theirs.objective, rel=1e-4)
        assert mine.sigma2 == pytest.approx(theirs.sigma2, rel=1e-4)
        np.testing.assert_allclose(mine.kl, theirs.kl, rtol=1e-3, atol=1e-5)
    for key, tensor in reference.state_dict().items():
        torch.testing.assert_close(manual.state_dict()[key], tensor, rtol=1e-3, atol=1e-4)


def test_the_record_of_a_step_is_that_of_its_outputs_before_the_update() -> None:
    """A learned variance moves with the update, but the distortion recorded is at the old one."""
    settings = replace(SETTINGS, likelihood="gaussian-learned", learning_rate=0.1)
    trainer = Trainer(vae.build(settings, (6,)), X, settings)
    trainer.advance()
    outputs = trainer._outputs()[0]
    assert outputs.log_sigma2.exp().item() == pytest.approx(0.3)
    error = ((outputs.x - outputs.parameters) ** 2).sum(1).mean().item()
    assert trainer.record().distortion == pytest.approx(
        error / 0.6 + 3 * np.log(2 * np.pi * 0.3), rel=1e-5
    )


# --- weights
# ------------------------------------------------------------------------------------------------


def test_the_model_keeps_its_parameters() -> None:
    settings = replace(SETTINGS, likelihood="gaussian-learned")
    model = vae.build(settings, (6,))
    before, parameters = copy.deepcopy(model.state_dict()), list(model.parameters())
    manual = by_hand(model, settings)
    assert all(a is b for a, b in zip(parameters, model.parameters(), strict=True))
    assert all(p.is_leaf and p.requires_grad and p.grad is None for p in parameters)
    assert list(model.state_dict()) == list(before)
    assert all(torch.equal(tensor, before[key]) for key, tensor in model.state_dict().items())
    model.load_state_dict({key: torch.full_like(tensor, 2) for key, tensor in before.items()})
    assert (manual.weights[0] == 2).all()


def test_adam_s_step_is_torch_s_to_the_last_bit() -> None:
    mine, theirs = (torch.nn.Parameter(torch.linspace(-1, 1, 50)) for _ in range(2))
    optimizers = [torch.optim.Adam([p], lr=0.01, fused=True) for p in (mine, theirs)]
    for k in range(10):
        for p in (mine, theirs):
            p.grad = torch.sin(torch.arange(50) * (k + 1.0))
        for optimizer in optimizers:
            optimizer.param_groups[0]["lr"] = 0.01 / (k + 1)
        adam.step(optimizers[0])
        optimizers[1].step()
    assert torch.equal(mine, theirs)
    states = [optimizer.state_dict()["state"][0] for optimizer in optimizers]
    assert all(torch.equal(states[0][name], states[1][name]) for name in states[1])
