"""Models whose state is known by construction, for the diagnosis: (truth, factory) by name."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import torch

from vaeviz import checkpoints, data
from vaeviz.checkpoints import SHIPPED
from vaeviz.config import RunSettings
from vaeviz.measures.codecs.codec import Coder, LinearCodec
from vaeviz.measures.codecs.torch_codec import DedicatedCodec, MultiRateCodec
from vaeviz.measures.collapse.reference import Reference, reference, squared_distances
from vaeviz.models import vae
from vaeviz.models.multi_rate import MultiRateVAE
from vaeviz.models.vae import VAE
from vaeviz.records import Array
from vaeviz.records.diagnosis import Verdict
from vaeviz.theory import linear_vae
from vaeviz.training.loop import Trainer


class Patient(NamedTuple):
    """A codec with its setting, held-out examples and what is known of the training ones."""

    codec: Coder
    tau: float
    d: int
    x: Array
    known: Reference


class Examples(NamedTuple):
    train: Array
    held_out: Array
    shape: tuple[int, ...]


def rows(variances: tuple[float, ...], noise: float, size: int, seed: int = 0) -> Examples:
    """Gaussian data: `variances` along random directions, `noise` along all `size`."""
    rng = np.random.default_rng(seed)
    axes = np.linalg.qr(rng.normal(size=(size, size)))[0][:, : len(variances)] * np.sqrt(variances)
    x = (
        rng.normal(size=(1600, len(variances))) @ axes.T
        + rng.normal(size=(1600, size)) * noise**0.5
    )
    return Examples(x[:1000].astype(np.float32), x[1000:].astype(np.float32), (size,))


def coins(levels: int) -> Examples:
    """Pixels of uniform grey levels that have nothing to do with each other."""
    x = np.random.default_rng(1).integers(levels, size=(1600, 16)) / (levels - 1)
    return Examples(x[:1000].astype(np.float32), x[1000:].astype(np.float32), (16,))


@lru_cache
def examples(name: str) -> Examples:
    made = {
        "four directions": lambda: rows((4.0, 2.0, 1.0, 0.5), 0.05, 16),
        "three directions": lambda: rows((4.0, 2.0, 1.0), 0.1, 16),
        "a gentle slope": lambda: rows((2.8, 1.8, 1.3, 0.8), 0.2, 8),
        "three directions, no noise": lambda: rows((4.0, 2.0, 1.0), 0.0, 16),
        "equal directions": lambda: rows((0.89,) * 32, 0.3, 64),
        "a constant": lambda: Examples(
            *(np.full((n, 7), 0.3, np.float32) for n in (300, 100)), (7,)
        ),
        "noise": lambda: rows((), 1.0, 16),
        "noise in the plane": lambda: rows((), 1.0, 2),
        "bits": lambda: coins(2),
        "greys": lambda: coins(5),
    }
    if name in made:
        return made[name]()
    found = data.load(name)
    return Examples(found.train, found.held_out[:1000].copy(), found.shape)


@lru_cache
def known(name: str, likelihood: str, levels: int = 17) -> Reference:
    return reference(examples(name).train, likelihood, levels)


class Stuck(LinearCodec):
    """Dimensions beyond the first two never came alive."""

    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        mu, logvar = super().encode(x, tau, d)
        mu[:, 2:], logvar[:, 2:] = 0, 0
        return mu, logvar

    def decode(self, z: Array, tau: float, d: int) -> Array:
        return super().decode(np.where(np.arange(d) < 2, z, 0), tau, d)


class ByHeart(LinearCodec):
    """Each of its first forty examples has a code of its own, and so has whatever lies nearest to
    it.
    """

    def __init__(self, train: Array) -> None:
        super().__init__(linear_vae.spectrum(train), 3)
        self.examples, self.codes = train, np.random.default_rng(0).normal(size=(len(train), 3))

    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        mu = self.codes[squared_distances(x, self.examples).argmin(1)].astype(np.float32)
        return mu, np.full_like(mu, -9)

    def decode(self, z: Array, tau: float, d: int) -> Array:
        return self.examples[squared_distances(z, self.codes).argmin(1)]


class Small(LinearCodec):
    """Its codes are small, and its decoder makes up for it."""

    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        mu, logvar = super().encode(x, tau, d)
        return 0.09 * mu, logvar + np.float32(2 * np.log(0.09))

    def decode(self, z: Array, tau: float, d: int) -> Array:
        return super().decode(z / np.float32(0.09), tau, d)


class Thin(LinearCodec):
    """It takes its directions for equal, and none of them for worth a tenth of a nat."""

    def __init__(self, spectrum: linear_vae.Spectrum, latent: int) -> None:
        level = np.where(np.arange(len(spectrum.eigenvalues)) < latent, 1.19, spectrum.eigenvalues)
        super().__init__(dataclasses.replace(spectrum, eigenvalues=level), latent)


class Deaf(LinearCodec):
    """Its decoder ignores the codes it pays for."""

    def decode(self, z: Array, tau: float, d: int) -> Array:
        return super().decode(np.zeros_like(z), tau, d)


class Astray(Deaf):
    """Its posterior is the same for every x, and not the prior."""

    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        return np.full((len(x), d), 0.8, np.float32), np.full((len(x), d), -1, np.float32)


class Strong(LinearCodec):
    """Its decoder predicts each element from all the others, and does without z."""

    def __init__(self, train: Array) -> None:
        super().__init__(linear_vae.spectrum(train), 4)
        precision = np.linalg.inv(np.cov(train.T))
        self.mean, self.weights = train.mean(0), precision / np.diag(precision)

    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        return np.zeros((len(x), d), np.float32), np.zeros((len(x), d), np.float32)

    def loss(self, x: Array, z: Array, tau: float, d: int) -> Array:
        return (((x - self.mean) @ self.weights) ** 2).sum(1)


class Helped(Strong):
    """It does without z but for the first of its dimensions, which it pays for when that is not x's
    own.
    """

    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        mu, logvar = LinearCodec.encode(self, x, tau, d)
        mu[:, 1:], logvar[:, 1:] = 0, 0
        return mu, logvar

    def loss(self, x: Array, z: Array, tau: float, d: int) -> Array:
        return super().loss(x, z, tau, d) + 2 * (z[:, 0] - self.encode(x, tau, d)[0][:, 0]) ** 2


def closed(name: str, tau: float, d: int, kind: type[LinearCodec] = LinearCodec) -> Patient:
    """The linear VAE's optimum, or a sick variant of it."""
    found = examples(name)
    strong = issubclass(kind, Strong)
    codec = kind(found.train) if strong else kind(linear_vae.spectrum(found.train), d)
    return Patient(codec, tau, d, found.held_out, known(name, "gaussian"))


def population() -> Patient:
    """The optimum of all data, of which 1,000 examples show little: 16 variances of 2 in noise of
    1.
    """
    x = np.random.default_rng(5).normal(size=(1600, 784)).astype(np.float32)
    values = np.where(np.arange(784) < 16, 2.0, 1.0)
    x *= np.sqrt(values).astype(np.float32)
    codec = LinearCodec(linear_vae.Spectrum(np.zeros(784), values, np.eye(784)), 16)
    return Patient(codec, 1.0, 16, x[1000:], reference(x[:1000], "gaussian"))


def by_heart() -> Patient:
    made = rows((), 1.0, 64)
    train = made.train[:40]
    return Patient(ByHeart(train), 0.05, 3, made.held_out, reference(train, "gaussian"))


def shipped(name: str, tau: float, d: int) -> Patient:
    """A model of the repository; multi-rate ones at (τ, d)."""
    loaded = checkpoints.load(name, (SHIPPED,))
    about = loaded.manifest
    likelihood, found = about.settings["likelihood"], examples(about.data)
    codec: Coder
    if isinstance(loaded.model, MultiRateVAE):
        codec = MultiRateCodec(loaded.model, likelihood, _no_curve, name)
    else:
        assert isinstance(loaded.model, VAE)
        codec = DedicatedCodec(loaded.model, likelihood, tau, name)
    return Patient(
        codec, tau, d, found.held_out, known(about.data, likelihood, about.settings["levels"])
    )


def trained(name: str, steps: int, latent: int, seed: int = 0, **changes: Any) -> Patient:
    """An MLP with one hidden layer of 64 after so many steps; 0 is its start."""
    settings = RunSettings.from_json(
        {
            "widths": [64],
            "latent": latent,
            "seed": seed,
            "learning_rate": 2e-3,
            "steps": max(steps, 1),
        }
        | changes
    )
    found, model = examples(name), vae.build(settings, examples(name).shape)
    return network(name, run(model, found.train, settings, steps), settings)


def run(model: Any, train: Array, settings: RunSettings, steps: int) -> Any:
    torch.set_num_threads(1)
    if steps:
        trainer = Trainer(model, train, settings)
        while trainer.step < steps:
            trainer.advance()
    return model


def network(name: str, model: Any, settings: RunSettings) -> Patient:
    gaussian = settings.likelihood == "gaussian"
    tau = settings.beta * settings.sigma2 if gaussian else settings.beta
    codec = DedicatedCodec(model, settings.likelihood, tau, f"{name}, {settings.steps} steps")
    reach = known(name, settings.likelihood, settings.levels)
    return Patient(codec, tau, settings.latent, examples(name).held_out, reach)


def silenced(name: str, latent: int, seed: int) -> Patient:
    """A network whose encoder says the prior and whose decoder says the mean: a saddle; it
    stays.
    """
    settings = RunSettings(widths=(64,), latent=latent, seed=seed, sigma2=0.1)
    model = vae.build(settings, examples(name).shape)
    last = [list(part.parameters())[-2:] for part in (model.encoder, model.decoder)]
    with torch.no_grad():
        for weight, bias in last:
            weight.zero_(), bias.zero_()
        last[1][1].copy_(torch.tensor(examples(name).train.mean(0)))
    return network(name, model, settings)


def fresh(name: str) -> Patient:
    """A multi-rate network as it starts."""
    torch.manual_seed(0)
    codec = MultiRateCodec(MultiRateVAE(64, (32, 32), 8), "gaussian", _no_curve, "a start")
    return Patient(codec, 0.1, 8, examples(name).held_out, known(name, "gaussian"))


def _no_curve(d: int) -> Any:
    raise LookupError


BITS, GREYS = {"likelihood": "bernoulli"}, {"likelihood": "categorical"}
CASES: dict[str, tuple[Verdict, Callable[[], Patient]]] = {
    "closed form, every direction above τ": ("healthy", lambda: closed("four directions", 0.06, 4)),
    "closed form, fewer dimensions than directions": (
        "healthy",
        lambda: closed("four directions", 0.02, 2),
    ),
    "closed form of digits": ("healthy", lambda: closed("digits", 0.05, 8)),
    "codes of a small scale": ("healthy", lambda: closed("four directions", 0.06, 4, Small)),
    "the optimum of more examples than it is judged by": ("healthy", population),
    "forty examples known by heart": ("healthy", by_heart),
    "MLP, as many dimensions as directions": (
        "healthy",
        lambda: trained("three directions", 300, 3),
    ),
    "shipped digits, small τ": ("healthy", lambda: shipped("digits", 0.03, 8)),
    "shipped digits-vae-2d": ("healthy", lambda: shipped("digits-vae-2d", 1.0, 2)),
    "shipped digits-categorical": ("healthy", lambda: shipped("digits-categorical", 0.3, 4)),
    "shipped mnist-5k-conv": ("healthy", lambda: shipped("mnist-5k-conv", 1.0, 8)),
    "closed form, τ above half": ("partly collapsed", lambda: closed("four directions", 1.2, 4)),
    "closed form, τ just above the last of four": (
        "partly collapsed",
        lambda: closed("a gentle slope", 1.1, 4),
    ),
    "closed form, τ above two of four": (
        "partly collapsed",
        lambda: closed("a gentle slope", 1.6, 4),
    ),
    "closed form of digits, τ above most": ("partly collapsed", lambda: closed("digits", 0.3, 16)),
    "two of four stuck": ("partly collapsed", lambda: closed("four directions", 0.06, 4, Stuck)),
    "MLP, σ² above a direction": (
        "partly collapsed",
        lambda: trained("three directions", 600, 3, sigma2=1.4),
    ),
    "shipped digits, σ² too large": ("partly collapsed", lambda: shipped("digits", 0.3, 16)),
    "shipped three-gaussians, σ² too large": (
        "partly collapsed",
        lambda: shipped("three-gaussians", 1.2, 2),
    ),
    "shipped mnist-5k, σ² too large": ("partly collapsed", lambda: shipped("mnist-5k", 1.0, 16)),
    "a decoder that does without all but one": (
        "partly collapsed",
        lambda: closed("four directions", 0.06, 4, Helped),
    ),
    "information spread thinly": (
        "partly collapsed",
        lambda: closed("equal directions", 1.05, 32, Thin),
    ),
    "closed form, τ above all": ("collapsed", lambda: closed("four directions", 6.0, 4)),
    "closed form of digits, τ above all": ("collapsed", lambda: closed("digits", 3.0, 8)),
    "closed form of mnist-5k, τ above all": ("collapsed", lambda: closed("mnist-5k", 8.0, 16)),
    "MLP of digits, β = 50, seed 0": ("collapsed", lambda: trained("digits", 200, 8, 0, beta=50.0)),
    "MLP of digits, β = 50, seed 1": ("collapsed", lambda: trained("digits", 200, 8, 1, beta=50.0)),
    "stuck at the saddle, seed 0": ("collapsed", lambda: silenced("digits", 8, 0)),
    "stuck at the saddle, seed 1": ("collapsed", lambda: silenced("four directions", 4, 1)),
    "a decoder that does without z": (
        "collapsed",
        lambda: closed("four directions", 0.06, 4, Strong),
    ),
    "a decoder that sees the pixels before": (
        "collapsed",
        lambda: trained("digits", 600, 8, decoder="masked", widths=[128, 128]),
    ),
    "shipped digits, τ above all": ("collapsed", lambda: shipped("digits", 3.0, 8)),
    "shipped three-gaussians, τ above all": (
        "collapsed",
        lambda: shipped("three-gaussians", 10.0, 2),
    ),
    "shipped digits-bernoulli, β = 10": ("collapsed", lambda: shipped("digits-bernoulli", 10.0, 8)),
    "closed form of noise": ("the prior simply fits well", lambda: closed("noise", 1.5, 4)),
    "closed form of a constant": (
        "the prior simply fits well",
        lambda: closed("a constant", 0.1, 3),
    ),
    "closed form of noise in the plane": (
        "the prior simply fits well",
        lambda: closed("noise in the plane", 1.5, 2),
    ),
    "closed form, dimensions beyond the directions": (
        "the prior simply fits well",
        lambda: closed("four directions", 0.07, 8),
    ),
    "closed form, nothing beyond the directions": (
        "the prior simply fits well",
        lambda: closed("three directions, no noise", 0.01, 8),
    ),
    "MLP, dimensions beyond the directions": (
        "the prior simply fits well",
        lambda: trained("three directions", 600, 8),
    ),
    "MLP of noise": ("the prior simply fits well", lambda: trained("noise", 300, 4, sigma2=1.0)),
    "MLP of bits": ("the prior simply fits well", lambda: trained("bits", 300, 4, **BITS)),
    "MLP of greys": (
        "the prior simply fits well",
        lambda: trained("greys", 600, 4, levels=5, **GREYS),
    ),
    "start, digits, seed 0": ("not trained yet", lambda: trained("digits", 0, 8, 0)),
    "start, digits, seed 1": ("not trained yet", lambda: trained("digits", 0, 8, 1)),
    "start, digits, seed 2": ("not trained yet", lambda: trained("digits", 0, 8, 2)),
    "start, Bernoulli": ("not trained yet", lambda: trained("digits", 0, 8, **BITS)),
    "start, categorical": ("not trained yet", lambda: trained("digits", 0, 8, **GREYS)),
    "start, data of mean 0": ("not trained yet", lambda: trained("three directions", 0, 8)),
    "start, noise": ("not trained yet", lambda: trained("noise", 0, 4, sigma2=1.0)),
    "start, linear VAE": ("not trained yet", lambda: trained("four directions", 0, 4, widths=[])),
    "start, multi-rate": ("not trained yet", lambda: fresh("digits")),
    "10 steps": ("not trained yet", lambda: trained("digits", 10, 8)),
    "40 steps": ("not trained yet", lambda: trained("digits", 40, 8)),
    "40 steps, Bernoulli": ("not trained yet", lambda: trained("digits", 40, 4, **BITS)),
    "80 steps, every dimension alive": (
        "not trained yet",
        lambda: trained("digits", 80, 8, sigma2=0.03),
    ),
    "codes that the decoder ignores": (
        "not trained yet",
        lambda: closed("four directions", 0.06, 4, Deaf),
    ),
    "one posterior for all, off the prior": (
        "not trained yet",
        lambda: closed("four directions", 0.06, 4, Astray),
    ),
}
