"""The reading of a line of code has that line's gradients, for PyTorch, Keras and JAX."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional

from tests.theory.test_effective_beta import BATCH, LATENT, SIZE, D, Tiny, ours
from vaeviz.theory.effective_beta import Size, Written, tau
from vaeviz.theory.pasted import Reading, read

KL = "-0.5 * torch.sum(1 + logvar - mu**2 - logvar.exp())"
KL_MEAN = "torch.mean(-0.5 * torch.sum(1 + logvar - mu ** 2 - logvar.exp(), dim=1), dim=0)"
LOSSES = {
    "PyTorch-VAE": f"rec = F.mse_loss(x_hat, x)\nkld = {KL_MEAN}\nloss = rec + 0.00025 * kld",
    "PyTorch": (
        f"e = F.binary_cross_entropy(p, x.view(-1, {D}), reduction='sum')\nk = {KL}\nreturn e + k"
    ),
    "Keras": (
        """with tf.GradientTape() as tape:
    rec = ops.mean(ops.sum(keras.losses.binary_crossentropy(picture, pictured), axis=(1, 2)))
    kl = -0.5 * (1 + logvar - ops.square(mu) - ops.exp(logvar))
    kl = ops.mean(ops.sum(kl, axis=1))
    total = rec + kl"""
    ),
    "Keras, old": (
        f"""xent = {D} * keras.losses.binary_crossentropy(x, p)
kl = - 0.5 * K.sum(1 + logvar - K.square(mu) - K.exp(logvar), axis=-1)
loss = K.mean(xent + kl)"""
    ),
    "JAX": (
        "loss = jnp.mean(jnp.sum((x - x_hat)**2, axis=-1)) + 3 * jnp.mean(jnp.sum("
        "0.5 * (mu**2 + jnp.exp(logvar) - 1. - logvar), axis=-1))"
    ),
    "optax": (
        "rec = optax.sigmoid_binary_cross_entropy(logits, x).sum(-1).mean()\n"
        "loss = rec + 2e-1 * (-0.5 * (1 + logvar - mu**2 - jnp.exp(logvar))).sum(-1).mean()"
    ),
    "a half of the square": "loss = optax.l2_loss(x_hat, x).sum() + 2 * " + KL,
    "squares by hand": (
        "((x_hat - x).pow(2).sum(1) + 0.5 * "
        "(mu.pow(2) + std**2 - 2*torch.log(std) - 1).sum(1)).mean()"
    ),
    "σ² as a name": (
        "loss = 0.5 * ((x - x_hat)**2).sum() "
        "+ 0.5 * torch.sum(mu**2 + var - torch.log(var + 1e-14) - 1)"
    ),
    "½ and a mean": f"loss = 0.5 * F.mse_loss(x_hat, x) + 0.01 * {KL} / x.size(0)",
    "the batch is summed once": f"loss = nn.MSELoss()(x_hat, x) + 1e-3 * {KL}",
    "the error is summed": f"loss = nn.MSELoss(reduction='sum')(x_hat, x) + {KL_MEAN}",
    "a loss under a name": (
        f"criterion = nn.BCELoss(reduction='sum')\nloss = criterion(p, x) / len(x) + {KL_MEAN}"
    ),
    "logits": (
        "e = F.binary_cross_entropy_with_logits(logits, x, reduction='none')\n"
        f"loss = e.sum(-1).mean() + 4 * {KL_MEAN}"
    ),
    "sums that became means": (
        f"loss = F.l1_loss(x_hat, x, reduction='sum') / x.shape[0] + {KL} / x.shape[0]"
    ),
    "mean over dimensions": (
        "loss = F.mse_loss(x_hat, x) - 0.5 * torch.mean(1 + logvar - mu.pow(2) - logvar.exp())"
    ),
    "absolute": f"loss = torch.abs(x - x_hat).sum(dim=1).mean(0) + 0.3 * {KL_MEAN}",
    "old arguments": f"loss = F.mse_loss(x_hat, x, size_average=False) + {KL}",
    "cross-entropy by hand": (
        "loss = -(x * torch.log(p) + (1 - x) * torch.log(1 - p)).sum() + " + KL
    ),
    "step by step": (
        "loss = F.mse_loss(x_hat, x, reduction='sum')\nloss /= x.size(0)\n"
        f"loss += 2 * {KL_MEAN}\nloss.backward()"
    ),
    "times a number": f"loss = 100 * (F.mse_loss(x_hat, x) + 0.1 * {KL_MEAN})",
    "the log of the deviation": (
        "loss = optax.l2_loss(x_hat, x).sum() "
        "+ torch.sum(0.5 * (mu**2 + torch.exp(2 * log_std) - 2 * log_std - 1))"
    ),
    "the deviation made of it": (
        "std = torch.exp(0.5 * logvar)\nloss = optax.l2_loss(x_hat, x).sum() "
        "- 0.5 * torch.sum(1 + torch.log(std**2) - mu**2 - std**2)"
    ),
    "the log of a square": (
        "loss = optax.l2_loss(x_hat, x).sum() "
        "+ 0.5 * torch.sum(mu**2 + torch.exp(2 * torch.log(std)) - torch.log(std**2) - 1)"
    ),
    "times the number of elements": (
        f"loss = x.size(1) * F.mse_loss(x_hat, x) + 2 * mu.size(-1) * {KL_MEAN} / mu.size(1)"
    ),
    "bytes on both sides": f"loss = F.mse_loss(255 * x_hat, 255 * x) + {KL_MEAN}",
    "[-1, 1] on both sides": (
        f"x = 2 * x - 1\nmse = nn.MSELoss(reduction='sum')\nloss = mse(2 * x_hat - 1, x) + {KL}"
    ),
    "scaled, then absolute": f"loss = F.l1_loss(input=-3 * x_hat, target=-3 * x) + {KL_MEAN}",
    "scaled by hand": f"loss = (4 * x - 4 * x_hat).abs().sum(1).mean() + {KL_MEAN}",
    "scaled, Keras": f"loss = K.mean(keras.losses.mse(255 * x, 255 * x_hat)) + {KL_MEAN}",
    "TensorFlow's half of the sum": f"loss = tf.nn.l2_loss(x_hat - x) + 3 * {KL}",
    "its mean over the batch": (f"loss = tf.nn.l2_loss(2 * (x_hat - x)) / x.shape[0] + {KL_MEAN}"),
    "optax' half of a difference": f"loss = optax.l2_loss(x_hat - x).sum() + {KL}",
    "a weight by name": (
        f"kld_weight = 1e-2 / 4\nloss = F.mse_loss(x_hat, x) + kld_weight * {KL_MEAN}"
    ),
}


def ops() -> SimpleNamespace:
    """As much of Keras, TensorFlow and JAX as the lines use, over PyTorch."""

    def reduction(of: Any) -> Any:
        return lambda t, axis=None: of(t) if axis is None else of(t, dim=axis)

    return SimpleNamespace(
        sum=reduction(torch.sum),
        mean=reduction(torch.mean),
        square=torch.square,
        exp=torch.exp,
        GradientTape=torch.enable_grad,
    )


def computed(model: Tiny, code: str) -> Tensor:
    """What the code computes when it is run, which only a test does, and only these lines."""
    mu, logvar, out = model.parts()
    p = out.sigmoid()
    last = lambda x, y: functional.binary_cross_entropy(y, x, reduction="none").mean(-1)  # noqa: E731
    given = {
        "torch": torch,
        "F": functional,
        "nn": nn,
        "x": model.x,
        "x_hat": out,
        "p": p,
        "logits": out,
        "mu": mu,
        "logvar": logvar,
        "std": (0.5 * logvar).exp(),
        "log_std": 0.5 * logvar,
        "var": logvar.exp(),
        "K": ops(),
        "ops": ops(),
        "tf": SimpleNamespace(
            **vars(ops()), nn=SimpleNamespace(l2_loss=lambda t: (t**2).sum() / 2)
        ),
        "jnp": ops(),
        "keras": SimpleNamespace(
            losses=SimpleNamespace(
                binary_crossentropy=last, mse=lambda x, y: ((x - y) ** 2).mean(-1)
            )
        ),
        "optax": SimpleNamespace(
            l2_loss=lambda a, b=0: 0.5 * (a - b) ** 2,
            sigmoid_binary_cross_entropy=lambda o, x: functional.binary_cross_entropy_with_logits(
                o, x, reduction="none"
            ),
        ),
        "picture": model.x.view(BATCH, 3, 4, 1),
        "pictured": p.view(BATCH, 3, 4, 1),
    }
    lines = code.split("\n")
    if "=" not in lines[-1].split("(")[0] and not lines[-1].endswith("backward()"):
        lines[-1] = f"loss = {lines[-1].removeprefix('return ')}"
    exec("\n".join(line for line in lines if not line.endswith("backward()")), given)
    return given.get("total", given.get("loss"))  # type: ignore[return-value]


def as_written(result: Reading) -> Written:
    assert None not in (result.error, result.pixels, result.latents, result.batch, result.weight), (
        result
    )
    return Written(
        str(result.error),
        result.pixels == "sum",
        result.latents == "sum",
        result.batch == "error",
        result.batch == "kl",
        result.weight or 0.0,
    )


@pytest.mark.filterwarnings("ignore:size_average and reduce")
@pytest.mark.parametrize("name", LOSSES)
def test_what_was_read_has_the_gradient_of_what_is_run(name: str) -> None:
    model, loss = Tiny(), as_written(read(LOSSES[name]))
    assert read(LOSSES[name]).unread == ()
    level = tau(loss, SIZE)
    theirs = model.gradient(computed(model, LOSSES[name]))
    own = model.gradient(ours(model, loss.family, level, 1.0))
    torch.testing.assert_close(theirs / theirs.norm(), own / own.norm(), rtol=1e-6, atol=1e-7)
    other = model.gradient(ours(model, loss.family, 1.1 * level, 1.0))
    assert float((theirs / theirs.norm() - other / other.norm()).norm()) > 1e-6


@pytest.mark.parametrize(
    ("weight", "shown"),
    [
        ("kld_weight", "kld_weight"),
        ("args.beta", "args.beta"),
        ("self.params['w']", "self.params['w']"),
        ("batch_size / num_samples", "the number of examples · 1/num_samples"),
        ("beta(step)", "beta(step)"),
    ],
)
def test_a_weight_that_is_no_number_is_said_and_stays_as_picked(weight: str, shown: str) -> None:
    result = read(f"loss = F.mse_loss(x_hat, x) + {weight} * {KL_MEAN}")
    assert (result.error, result.pixels, result.latents, result.batch) == (
        "mse",
        "mean",
        "sum",
        "alike",
    )
    assert result.weight is None
    assert result.unread == (f"weight {shown} isn't a number here: set it by the slider",)


def test_it_says_in_plain_words_what_it_read() -> None:
    assert read(LOSSES["PyTorch-VAE"]).parts == (
        "squared error: mean over pixels and batch",
        "KL: sum over dimensions, mean over batch",
        "weight 0.00025",
    )
    assert f"{D} × cross-entropy: mean over pixels and batch" in read(LOSSES["Keras, old"]).parts


def test_a_name_for_the_parts_keeps_what_it_was_made_of() -> None:
    """The official way: a dictionary entry gives the weight, a dictionary takes the loss."""
    result = read(
        f"kld_weight = kwargs['M_N']\nrec = F.mse_loss(r, i)\nkld = {KL_MEAN}\n"
        "loss = rec + kld_weight * kld\n"
        "return {'loss': loss, 'KLD': -kld.detach()}"
    )
    assert result.unread == ("weight kld_weight isn't a number here: set it by the slider",)
    assert result.latents == "sum"


@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("loss = perceptual(x) + " + KL, "not understood: perceptual(x)"),
        ("loss = F.mse_loss(x_hat, x)", "no KL was found: its choices stay as picked"),
        ("loss = F.mse_loss(x_hat, x, reduction=how) + " + KL, "not understood: "),
        ("loss = F.mse_loss(x_hat, x) - " + KL, "the KL is subtracted: the weight stays as picked"),
        ("if warm:\n    loss = 0", "not understood: if warm: loss = 0"),
        (
            f"loss = F.mse_loss(x_hat, x, reduction='none') + {KL_MEAN}",
            "error: neither summed nor averaged over pixels",
        ),
        (
            f"loss = F.mse_loss(a, b) + F.l1_loss(a, b) + {KL}",
            "more than one error or KL: only one of each is read",
        ),
    ],
)
def test_what_was_not_understood_is_said(code: str, line: str) -> None:
    assert any(said.startswith(line) for said in read(code).unread), read(code)


@pytest.mark.parametrize(
    "code",
    [
        f"kl = {KL}\nkl = anneal(kl)\nloss = F.mse_loss(x_hat, x) + kl",
        f"kl = {KL}\nrec, kl = scaled(kl)\nloss = F.mse_loss(x_hat, x) + kl",
        f"kl = {KL}\nif warm:\n    kl = 0 * kl\nloss = F.mse_loss(x_hat, x) + kl",
        f"kl = {KL}\nloss = F.mse_loss(x_hat, x) + kl.detach()",
        f"kl = torch.clamp({KL}, min=2)\nloss = F.mse_loss(x_hat, x) + kl",
        f"kl = {KL}\nloss = torch.sqrt(F.mse_loss(x_hat, x)) + kl",
        f"loss = nn.MSELoss(reduction=how)(x_hat, x) + {KL}",
        f"mse = nn.MSELoss(reduction=how)\nloss = mse(x_hat, x) + {KL}",
        f"loss = F.mse_loss(x_hat, x) + {KL} / len(train_set)",
        f"loss = F.mse_loss(x_hat, x) + {KL} / x.size(1)",
        f"loss = F.mse_loss(x_hat, x) + {KL} / x.view(-1).size(0)",
        f"rec = F.mse_loss(x_hat, x)\nkl = {KL}\nreturn rec, kl",
        "loss = F.mse_loss(x_hat, x) - 0.5 * torch.sum(1 + logvar - mu**2 - 0.5 * logvar.exp())",
        "loss = F.mse_loss(x_hat, x) - 0.5 * torch.sum(1 + logvar - mu**2 - other.exp())",
    ],
)
def test_where_a_part_is_unclear_no_weight_is_made_up(code: str) -> None:
    result = read(code)
    assert result.weight is None
    assert result.unread


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # E = 255² ‖x - x̂‖² / 784, so that τ = κ / 2ρ = 784 / (2 · 255²)
        (f"loss = F.mse_loss(255 * x_hat, 255 * x) + {KL_MEAN}", 392 / 65025),
        (f"loss = F.mse_loss(x_hat, x) + {KL_MEAN}", 392),
        # E = 255 |x - x̂| / 784, so that βb = κ / ρ = 784 / 255
        (f"loss = F.l1_loss(255 * x_hat, 255 * x) + {KL_MEAN}", 784 / 255),
        # ½ ‖x - x̂‖² summed over the batch, and so is the KL: τ = 1
        (f"loss = tf.nn.l2_loss(x_hat - x) + {KL}", 1),
        # a mean of the KL over 100 examples, a sum of the error: τ = 1 / 100
        (f"loss = tf.nn.l2_loss(x_hat - x) + {KL_MEAN}", 0.01),
        (f"loss = tf.reduce_mean(tf.nn.l2_loss(x_hat - x)) / batch_size + {KL_MEAN}", 1),
    ],
)
def test_scaled_and_summed_errors_have_their_level(code: str, expected: float) -> None:
    reading = read(code)
    assert reading.unread == ()
    assert tau(as_written(reading), Size(784, 20, 100)) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("sides", "doubted"),
    [
        ("255 * x_hat, x", True),
        ("x_hat, 2 * x - 1", True),
        ("x_hat, (x - 0.1307) / 0.3081", True),
        ("std * x_hat, x", True),
        ("x_hat, x / 255", False),
        ("0.5 * (torch.tanh(o) + 1), x", False),
        ("model(x)[0], x.view(-1, 784)", False),
    ],
)
def test_a_side_that_leaves_the_unit_range_alone_is_doubted(sides: str, doubted: bool) -> None:
    """The weight of the KL is the same in any range; which one the error sees is not written."""
    reading = read(f"loss = F.mse_loss({sides}) + 0.5 * {KL_MEAN}")
    doubt = "the sides of the error may leave [0, 1]: the range of the data stays as picked"
    assert reading.weight == 0.5
    assert reading.unread == ((doubt,) if doubted else ())


@pytest.mark.parametrize(
    ("sides", "doubted"), [("255 * p, 255 * x", True), ("p, x / 255", False), ("2 * p, x", False)]
)
def test_a_cross_entropy_of_scaled_data_is_doubted(sides: str, doubted: bool) -> None:
    assert bool(read(f"F.binary_cross_entropy({sides}) + {KL_MEAN}").unread) == doubted


def test_half_a_square_has_a_name_of_its_own() -> None:
    reading = read(f"loss = 0.5 * F.mse_loss(x_hat, x) + 3 * {KL_MEAN}")
    assert (reading.error, reading.weight) == ("half-mse", 3)
    assert reading.parts[0] == "½ squared error: mean over pixels and batch"


def test_an_unknown_scale_is_no_number() -> None:
    reading = read(f"loss = F.mse_loss(s * x_hat, s * x) + {KL_MEAN}")
    assert reading.unread == ("weight s^-2 isn't a number here: set it by the slider",)


def test_a_penalty_of_weights_is_no_error_of_the_image() -> None:
    reading = read(f"loss = F.mse_loss(x_hat, x) + {KL_MEAN} + 1e-4 * tf.nn.l2_loss(w)")
    assert (reading.error, reading.weight) == ("mse", 1)
    assert reading.unread == ("not understood: tf.nn.l2_loss(w)",)
    assert [read(f"optax.{name}(w)").error for name in ("l2_loss", "squared_error")] == [None] * 2


def test_a_sum_over_dimensions_that_became_a_mean() -> None:
    result = read(f"loss = F.mse_loss(x_hat, x) + {KL} / (mu.size(0) * mu.size(1))")
    assert (result.latents, result.batch, result.weight) == ("mean", "alike", 1)
    assert (
        read(f"kl = {KL}\nkl /= batch_size * 784\nloss = F.mse_loss(x_hat, x) + kl").weight
        == 1 / 784
    )


def test_a_line_that_is_no_python_leaves_the_others_to_be_read() -> None:
    result = read(
        f"    where β > 0 holds:\n  >>> loss = F.mse_loss(\n   x_hat, x) + 2 * {KL_MEAN}\n"
    )
    assert result.unread == ("not understood: where β > 0 holds:",)
    assert (result.error, result.weight) == ("mse", 2.0)


def test_the_sizes_of_the_lines_are_those_of_the_model() -> None:
    assert (SIZE.elements, SIZE.latent, SIZE.batch) == (D, LATENT, BATCH)
