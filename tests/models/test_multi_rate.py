"""The multi-rate VAE: at every (τ, d) a plain VAE, and batches give what the plain VAEs give."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from vaeviz.config import UserError
from vaeviz.models.multi_rate import TAU_HIGH, TAU_LOW, Layer, MultiRateVAE, Outer, Place
from vaeviz.models.multi_rate_settings import RECIPES, MultiRateSettings, build, groups_of


@pytest.fixture(params=[0, 2], ids=["own", "shared outer layers"])
def model(request: pytest.FixtureRequest) -> MultiRateVAE:
    """6 values, 4 latents, all weights different at every knot; float64."""
    torch.manual_seed(0)
    model = MultiRateVAE(6, (8, 7), max_latent=4, levels=2, knots=7, outer_tables=request.param)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.3 * torch.randn_like(parameter))
    return model.double().requires_grad_(False)


X = torch.rand(5, 6, generator=torch.Generator().manual_seed(1)).double()


def mlp(layers: list[tuple[Tensor, Tensor]], h: Tensor) -> Tensor:
    for weight, bias in layers[:-1]:
        h = F.relu(F.linear(h, weight, bias))
    return F.linear(h, *layers[-1])


def test_at_a_knot_it_is_the_vae_of_that_knot(model: MultiRateVAE) -> None:
    """Written out: relu MLPs of the knot's weights, the shift of d, the first d dimensions."""
    for k, d in ((0, 4), (2, 3), (4, 1), (6, 2)):
        held = model.at(float(model.log_taus[k].exp()), d)
        j = model.group(d)

        def own(layer: Layer | Outer, k: int = k, j: int = j, d: int = d) -> tuple[Tensor, Tensor]:
            shift = 0 if layer.shift is None else layer.shift[d - 1]
            if isinstance(layer, Outer):
                table = j * layer.weight.shape[1] // 4
                weight = torch.lerp(*layer.weight[:, table], k / 6)
                return weight, torch.lerp(*layer.bias[:, table], k / 6) + shift
            return layer.weight[k, j], layer.bias[k, j] + shift

        encoder = [own(layer) for layer in model.encoder]  # type: ignore[arg-type]
        decoder = [own(layer) for layer in model.decoder]  # type: ignore[arg-type]
        mu, logvar = mlp(encoder, X).chunk(2, -1)
        torch.testing.assert_close(held.encode(X)[0], mu[:, :d], rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(held.encode(X)[1], logvar[:, :d], rtol=1e-5, atol=1e-5)
        z = torch.randn(5, d).double()
        out = mlp(decoder, F.pad(z, (0, 4 - d))).unflatten(-1, (6, 2))
        torch.testing.assert_close(held.decode(z), out, rtol=1e-5, atol=1e-5)


def test_between_two_knots_every_weight_is_linear_in_log_tau(model: MultiRateVAE) -> None:
    for k, t in itertools.product((0, 3, 5), (0.25, 0.9)):
        knots = model.log_taus.tolist()
        log_tau = (1 - t) * knots[k] + t * knots[k + 1]
        at, below, above = (model.at(math.exp(v), 3) for v in (log_tau, knots[k], knots[k + 1]))
        for layers, low, high in (
            (at.encoder, below.encoder, above.encoder),
            (at.decoder, below.decoder, above.decoder),
        ):
            for a, b, c in zip(layers, low, high, strict=True):
                torch.testing.assert_close(a.weight, torch.lerp(b.weight, c.weight, t))
                torch.testing.assert_close(a.bias, torch.lerp(b.bias, c.bias, t))


def test_beyond_the_knots_nothing_changes(model: MultiRateVAE) -> None:
    model.place_knots(2.0)
    last = model.at(2.0, 4)
    close = pytest.approx
    assert model.place(TAU_LOW, 4)[:3] == (0, close(0, abs=0.01), close(0, abs=0.01))
    assert model.place(2.0, 4)[:3] == (5, close(1, abs=0.01), close(1, abs=0.01))
    assert model.place(TAU_HIGH, 4)[:3] == (5, 1, 1)
    for a, b in zip(model.at(TAU_HIGH, 4).encoder, last.encoder, strict=True):
        torch.testing.assert_close(a.weight, b.weight, rtol=1e-2, atol=1e-3)


def test_a_batch_gives_what_each_plain_vae_gives(model: MultiRateVAE) -> None:
    """encode and decode of rows with their own τ and d, against `at` row by row."""
    intervals, groups, rows = 6, len(model.groups), 3
    generator = torch.Generator().manual_seed(2)
    t = torch.rand(intervals, groups, rows, generator=generator).double()
    d = torch.stack(
        [torch.randint(low, high + 1, (intervals, rows)) for low, high in model.groups], 1
    )
    x = torch.rand(intervals, groups, rows, 6, generator=generator).double()
    mu, logvar = model.encode(x, t, d)
    out = model.decode(mu, t, d)
    for i, j, b in itertools.product(range(intervals), range(groups), range(rows)):
        log_tau = torch.lerp(model.log_taus[i], model.log_taus[i + 1], t[i, j, b])
        size = int(d[i, j, b])
        held = model.at(float(log_tau.exp()), size)
        one, two = held.encode(x[i, j, b][None])
        torch.testing.assert_close(mu[i, j, b, :size], one[0], rtol=1e-6, atol=1e-6)
        torch.testing.assert_close(logvar[i, j, b, :size], two[0], rtol=1e-6, atol=1e-6)
        assert (mu[i, j, b, size:] == 0).all()
        assert (logvar[i, j, b, size:] == 0).all()
        torch.testing.assert_close(out[i, j, b], held.decode(one)[0], rtol=1e-6, atol=1e-6)


def test_weights_are_continuous_along_tau(model: MultiRateVAE) -> None:
    """Over 400 steps of log τ no code jumps: the largest step is some 1/400 of the way."""
    taus = np.exp(np.linspace(math.log(TAU_LOW), math.log(TAU_HIGH), 401))
    codes = torch.stack([model.at(tau, 4).encode(X)[0] for tau in taus])  # (401, 5, 4)
    steps = codes.diff(dim=0).abs().amax((1, 2))
    way = codes.diff(dim=0).abs().sum(0).amax()
    assert steps.max() < 10 * way / 400


def test_a_masked_dimension_changes_no_output(model: MultiRateVAE) -> None:
    t, d = (
        torch.full((6, 4, 1), 0.5).double(),
        torch.tensor([1, 2, 3, 4]).view(1, 4, 1).repeat(6, 1, 1),
    )
    z = torch.randn(6, 4, 1, 4, generator=torch.Generator().manual_seed(2)).double()
    beyond = torch.arange(4) >= d.unsqueeze(-1)
    out, other = (model.decode(torch.where(beyond, v, z), t, d) for v in (0.0, 100.0))
    assert torch.equal(out, other)
    for j in range(4):
        moved = z.clone()
        moved[:, 3, :, j] += 1
        assert not torch.equal(model.decode(moved, t, d)[:, 3], model.decode(z, t, d)[:, 3])


@pytest.mark.parametrize(
    ("latent", "groups"),
    [
        (1, [(1, 1)]),
        (2, [(1, 1), (2, 2)]),
        (6, [(1, 2), (3, 4), (5, 6)]),
        (16, [(1, 2), (3, 4), (5, 7), (8, 8), (9, 15), (16, 16)]),
    ],
)
def test_groups_hold_every_size_once(latent: int, groups: list[tuple[int, int]]) -> None:
    assert list(groups_of(latent)) == groups
    for n in range(1, 40):
        sizes = [d for low, high in groups_of(n) for d in range(low, high + 1)]
        assert sizes == list(range(1, n + 1))


def test_knots_lie_closer_at_small_tau() -> None:
    model = MultiRateVAE(3, (4,), 2)
    model.place_knots(1.0)
    steps = model.log_taus.diff()
    assert model.log_taus[0].exp() == pytest.approx(TAU_LOW, rel=0.003)
    assert model.log_taus[-1].exp() == pytest.approx(1.0)
    assert (steps.diff() > 0).all()
    assert isinstance(model.place(0.1, 2), Place)


def test_a_categorical_decoder_gives_logits_for_every_level() -> None:
    held = MultiRateVAE(6, (8,), max_latent=4, levels=5).at(0.1, 4)
    assert held.decode(torch.zeros(3, 4)).shape == (3, 6, 5)


def test_the_same_seed_builds_the_same_model_and_leaves_the_global_state() -> None:
    before = torch.random.get_rng_state()
    one, two = (build(RECIPES["digits"], (8, 8)).state_dict() for _ in range(2))
    assert torch.equal(before, torch.random.get_rng_state())
    assert all(torch.equal(one[key], two[key]) for key in one)


@pytest.mark.parametrize("name", RECIPES)
def test_recipes_go_through_json(name: str) -> None:
    assert name in (RECIPES[name].data, f"{RECIPES[name].data}-{RECIPES[name].likelihood}")
    assert MultiRateSettings.from_json(RECIPES[name].to_json()) == RECIPES[name]


SHAPES = {"digits": (8, 8), "mnist-5k": (28, 28), "sprites": (32, 32)}


@pytest.mark.parametrize("name", RECIPES)
def test_a_shipped_model_takes_at_most_five_megabytes_as_float16(name: str) -> None:
    shape = SHAPES.get(RECIPES[name].data, (2,))
    tensors = build(RECIPES[name], shape).state_dict().values()
    assert sum(2 * tensor.numel() for tensor in tensors) <= 5_000_000


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"colour": 1}, "unknown setting 'colour'"),
        ({"steps": "many"}, "give a int"),
        ({"steps": 0}, "0 steps"),
        ({"rows": 0}, "0 rows"),
        ({"likelihood": "cauchy"}, "likelihood 'cauchy'"),
        ({"max_latent": 0}, "latent size 0"),
        ({"widths": []}, "widths"),
        ({"knots": 1}, "1 knots"),
        ({"outer_tables": 5}, "5 outer tables"),
        ({"learning_rate": -1.0}, "learning rate"),
        ({"full_share": 8.0}, "train it again"),
    ],
)
def test_bad_settings_are_one_line(values: dict[str, object], word: str) -> None:
    with pytest.raises(UserError, match=word) as caught:
        MultiRateSettings.from_json(values)
    assert "\n" not in str(caught.value)
