"""Number questions: fresh values for each seed, and the answer that vaeviz computes from them.

A generator draws the inputs on a grid of short numbers, so that what is printed is what is used. A
question names its generator, and writes [[name]] where a value belongs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from zlib import crc32

import numpy as np

from vaeviz.theory import effective_beta, linear_vae, water_filling
from vaeviz.theory.effective_beta import Size, Written
from vaeviz.theory.gaussian_kl import kl, log_density
from vaeviz.theory.linear_vae import Spectrum
from vaeviz.theory.neighbours import guided, kept_signal, optimal_discriminator

Values = dict[str, float]
Rng = np.random.Generator
RELATIVE = 0.01
ROUNDED = 0.006  # an answer may be rounded to two decimals, or if it is small to two digits


@dataclass(frozen=True)
class Generator:
    """`solve` takes what `draw` makes, by name; `answer` names the asked one of its results."""

    draw: Callable[[Rng], Values]
    solve: Callable[..., Values]
    answer: str


@dataclass(frozen=True)
class Drawn:
    """One instance: what stands at each [[name]], the answer, and how far off is still right."""

    shown: Mapping[str, str]
    answer: float
    tolerance: float


def draw(name: str, question: str, seed: int) -> Drawn:
    """The values of a question for a seed; two questions of one generator have their own."""
    generator = GENERATORS[name]
    rng = np.random.default_rng([seed, crc32(question.encode())])
    inputs = generator.draw(rng)
    results = generator.solve(**inputs)
    shown = {key: written(value) for key, value in {**inputs, **results}.items()}
    answer = results[generator.answer]
    return Drawn(shown, answer, tolerance(answer))


def tolerance(answer: float) -> float:
    """How far off a typed number may be."""
    scale = 10.0 ** (np.floor(np.log10(abs(answer))) + 1) if answer else 1.0
    return float(max(RELATIVE * abs(answer), ROUNDED * min(1.0, scale)))


def written(value: float) -> str:
    """Four significant digits, no exponent, a true minus."""
    text = np.format_float_positional(float(f"{value:.4g}"), trim="-")
    return text.replace("-", "−")


def _pick(rng: Rng, *values: float) -> float:
    return float(rng.choice(values))


def _kl_inputs(rng: Rng) -> Values:
    return {"mu": _pick(rng, -2, -1.5, -1, -0.5, 0.5, 1, 1.5, 2), "sigma": _pick(rng, 0.25, 0.5, 2)}


def solve_kl(mu: float, sigma: float) -> Values:
    return {"sigma2": sigma**2, "kl": float(kl(mu, sigma))}


def _prior_inputs(rng: Rng) -> Values:
    prior = {"prior_mu": _pick(rng, -1, 0.5, 1, 2), "prior_sigma": _pick(rng, 0.5, 2, 3)}
    return {"mu": _pick(rng, -1, 0, 1.5, 3), "sigma": _pick(rng, 0.5, 1, 2), **prior}


def solve_prior(mu: float, sigma: float, prior_mu: float, prior_sigma: float) -> Values:
    return {"kl": float(kl(mu, sigma, prior_mu, prior_sigma))}


def _step_inputs(rng: Rng) -> Values:
    code = {"mu": _pick(rng, -1, -0.5, 0.5, 1), "logvar": _pick(rng, -1, 0, 1)}
    return {**code, "x": _pick(rng, -0.8, 0.4, 1.2, 2), "noise": _pick(rng, -0.3, 0.4, 0.7, -1)}


def solve_step(mu: float, logvar: float, x: float, noise: float) -> Values:
    """One example through encoder output, draw, decoder N(z, 1) and loss."""
    sigma = float(np.exp(logvar / 2))
    z = mu + sigma * noise
    nll = -float(log_density(x, z, 1.0))
    cost = float(kl(mu, sigma))
    return {"sigma": sigma, "z": z, "nll": nll, "kl": cost, "loss": nll + cost}


def _spectrum_inputs(rng: Rng) -> Values:
    first, second = _pick(rng, 1.2, 2, 3), _pick(rng, 0.5, 0.6, 0.8)
    return {"one": first, "two": second, "three": 0.1, "tau": _pick(rng, 0.2, 0.25, 0.3)}


def solve_water(one: float, two: float, three: float, tau: float) -> Values:
    """Three components, all of them with a code dimension."""
    values = np.array([one, two, three])
    error = float(water_filling.squared_error(values, tau, 3))
    return {"rate": float(water_filling.rate(values, tau, 3)), "error": error}


def _variance_inputs(rng: Rng) -> Values:
    tail = {"three": _pick(rng, 0.04, 0.06, 0.08), "four": _pick(rng, 0.01, 0.02, 0.03)}
    return {"one": _pick(rng, 1.5, 2, 3), "two": _pick(rng, 0.5, 0.8), **tail}


def solve_variance(one: float, two: float, three: float, four: float) -> Values:
    """A linear VAE with two dimensions on four components, at β = 1."""
    spectrum = Spectrum(np.zeros(4), np.array([one, two, three, four]), np.eye(4))
    sigma2 = linear_vae.optimal_sigma2(spectrum, 1.0, 2)
    return {"lost": three + four, "sigma2": sigma2}


def _mean_inputs(rng: Rng) -> Values:
    side = _pick(rng, 8, 16, 28, 32)
    weight = _pick(rng, 0.001, 0.002, 0.005, 0.01)
    return {"side": side, "elements": side**2, "weight": weight}


def solve_mean(side: float, elements: float, weight: float) -> Values:
    """mse_loss with its default mean, and a weighted, summed KL: the β of ½‖x − x̂‖²."""
    loss = Written(weight=weight)
    return {"beta": effective_beta.beta_at(effective_beta.tau(loss, Size(int(elements), 1)), 1.0)}


def _rate_inputs(rng: Rng) -> Values:
    return {"nats": _pick(rng, 3, 5, 8, 12, 20, 25)}


def solve_bits(nats: float) -> Values:
    return {"bits": nats / float(np.log(2))}


def _bound_inputs(rng: Rng) -> Values:
    elbo = -_pick(rng, 80, 85.5, 92, 101.5)
    return {"elbo": elbo, "gap": _pick(rng, 1.5, 2, 3.5)}


def solve_bound(elbo: float, gap: float) -> Values:
    return {"log_p": elbo + gap}


def _noise_inputs(rng: Rng) -> Values:
    return {f"beta{t}": _pick(rng, 0.05, 0.1, 0.15, 0.2, 0.3) for t in (1, 2, 3)}


def solve_noise(beta1: float, beta2: float, beta3: float) -> Values:
    kept = float(kept_signal([beta1, beta2, beta3])[-1])
    return {"kept": kept, "variance": 1 - kept}


def _density_inputs(rng: Rng) -> Values:
    return {"p_data": _pick(rng, 0.1, 0.3, 0.6), "p_model": _pick(rng, 0.2, 0.5, 0.9)}


def solve_discriminator(p_data: float, p_model: float) -> Values:
    return {"d": float(optimal_discriminator(p_data, p_model))}


def _guidance_inputs(rng: Rng) -> Values:
    noise = {"with_label": _pick(rng, 0.4, 0.6, 0.8), "without": _pick(rng, 0.1, 0.2, -0.2)}
    return {**noise, "w": _pick(rng, 0.5, 1, 2, 3)}


def solve_guidance(with_label: float, without: float, w: float) -> Values:
    return {"noise": float(guided(with_label, without, w))}


def _size_inputs(rng: Rng) -> Values:
    side = _pick(rng, 128, 256, 512)
    return {"side": side, "factor": _pick(rng, 4, 8, 16), "channels": _pick(rng, 4, 8)}


def solve_size(side: float, factor: float, channels: float) -> Values:
    """A colour picture, and its spatial latent."""
    small = side / factor
    return {"small": small, "fewer": 3 * side**2 / (channels * small**2)}


GENERATORS = {
    "bits": Generator(_rate_inputs, solve_bits, "bits"),
    "bound": Generator(_bound_inputs, solve_bound, "log_p"),
    "discriminator": Generator(_density_inputs, solve_discriminator, "d"),
    "general-prior": Generator(_prior_inputs, solve_prior, "kl"),
    "guidance": Generator(_guidance_inputs, solve_guidance, "noise"),
    "kl": Generator(_kl_inputs, solve_kl, "kl"),
    "mean-convention": Generator(_mean_inputs, solve_mean, "beta"),
    "noise-schedule": Generator(_noise_inputs, solve_noise, "kept"),
    "optimal-variance": Generator(_variance_inputs, solve_variance, "sigma2"),
    "spatial-latent": Generator(_size_inputs, solve_size, "fewer"),
    "training-step": Generator(_step_inputs, solve_step, "loss"),
    "water-error": Generator(_spectrum_inputs, solve_water, "error"),
    "water-rate": Generator(_spectrum_inputs, solve_water, "rate"),
}
