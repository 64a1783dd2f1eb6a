"""What the model does at a view, and the records of its figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vaeviz.chapters.chapter import Context
from vaeviz.chapters.model import closed_form
from vaeviz.chapters.model.examples import USUAL, paired
from vaeviz.chapters.model.settings import ModelView
from vaeviz.measures.codecs.codec import TAU_LOW, Codec
from vaeviz.records import (
    Array,
    Curve,
    ImageStrip,
    KLBars,
    Observation,
    PlaneView,
    RateDistortion,
)
from vaeviz.serve import probes
from vaeviz.serve.probes import Probe

SHOWN = 5  # columns of originals above reconstructions
STEPS = 12  # they fill rows of 3, 4 or 6: images of an interpolation, and samples from the prior
COLLAPSED = 0.1  # nats: a dimension with a smaller mean KL is collapsed
SPAN = 3.6  # the latent map's half width, in prior standard deviations


def clipped(tau: float, codec: Codec) -> float:
    """τ within the range that the codec was made for, to four digits: a held τ is the same τ."""
    low, high = codec.tau_range
    return min(max(float(f"{tau:.4g}"), low), high)


def observed(view: ModelView, context: Context) -> Observation:
    """What the model does to the probe set at the view's τ and d."""
    codec = context.model.codec
    return probes.observer(context.probe, codec)(clipped(view.tau, codec), view.d)


def source(codec: Codec, detail: str) -> str:
    return f"{codec.source} · {detail}"


def kl_bars(
    s: ModelView, probe: Probe, codec: Codec, observation: Observation, threshold: float = COLLAPSED
) -> KLBars:
    """Measured KL, with a Gaussian's linear ½ log(λ_i/τ); the data fix the top."""
    predicted = probe.linear.kl(observation.tau, len(observation.kl)) if s.gaussian else np.zeros(0)
    tallest = max(probe.linear.kl(TAU_LOW, 1)[0], _tallest(codec, observation))
    detail = f"{len(observation.mu):,} held-out examples" + (
        "; ticks: closed form, ½ log(λ/τ)" if s.gaussian else ""
    )
    return KLBars(
        observation.kl, predicted, threshold, float(np.ceil(1.05 * tallest)), source(codec, detail)
    )


def _tallest(codec: Codec, observation: Observation) -> float:
    """The largest KL of a dimension: at d = 1 it carries everything; a fixed model has its own."""
    if codec.remark:
        return 1.1 * float(observation.kl.max())
    alone, shared = codec.curve(1), codec.curve(codec.latent)
    return max(float(alone.rates.max()), 1.3 * float(shared.rates.max()) / codec.latent)


def rate_distortion(
    s: ModelView, probe: Probe, codec: Codec, observation: Observation
) -> RateDistortion:
    """A Gaussian decoder's loss axis is ½‖x − x̂‖², on which nothing moves while τ is held."""
    curve = codec.curve(len(observation.kl))
    scale = 0.5 if s.gaussian else 1.0
    beside = s.gaussian and codec is not probe.linear
    linear = probe.linear.curve(len(observation.kl)) if beside else Curve(*(np.zeros(0),) * 3)
    widest, highest = _reach(codec, curve, observation)
    top = 1.08 * scale * max(highest, probe.spread if s.gaussian else 0.0)
    right = 1.6 * observation.rate + 1.0 if codec.remark else 1.05 * widest
    detail = (
        "one trained model: a point" if codec.remark else f"curve: {len(curve.taus)} settings of τ"
    )
    detail += ", training set; point: held-out examples" if codec is probe.linear else ""
    detail += "; dotted: linear VAE, closed form, training set" if beside else ""
    slope = s.tau if codec.remark else observation.tau
    at_end = not codec.remark and f"{observation.tau:.4g}" != f"{s.tau:.4g}"
    return RateDistortion(
        rates=curve.rates,
        losses=scale * curve.losses,
        linear_rates=linear.rates,
        linear_losses=scale * linear.losses,
        rate=observation.rate,
        loss=scale * observation.loss,
        slope=slope,
        beta=slope / s.sigma2 if at_end and s.gaussian else slope if at_end else s.beta,
        at_end=at_end,
        right=right,
        top=top,
        unit="½‖x − x̂‖²" if s.gaussian else "distortion D (nats)",
        nats=_scale(s, probe, top) if s.gaussian else (),
        source=source(codec, detail),
        model=closed_form.MODEL if codec is probe.linear else "this model",
    )


def _reach(codec: Codec, curve: Curve, observation: Observation) -> tuple[float, float]:
    """The largest rate and loss of this d's curve, the point, and the curves of d = 1 and most.

    The last two are there at every d, so that the axes rarely move while d does.
    """
    shown = (curve, codec.curve(1), codec.curve(codec.latent))
    rates = (float(np.max(c.rates)) for c in shown)
    losses = (float(np.max(c.losses)) for c in shown)
    return max(observation.rate, *rates), max(observation.loss, *losses)


def _scale(s: ModelView, probe: Probe, top: float) -> tuple[tuple[float, float], ...]:
    """The distortion in nats at a few heights of the loss axis, at this σ²."""
    heights = [share * top for share in (0.08, 0.36, 0.64, 0.92)]
    return tuple((h, s.density.nats(2 * h, probe.elements, s.sigma2)) for h in heights)


@dataclass(frozen=True)
class Drawn:
    """The examples, pixels ("mean" or "sampled") and seed of the strips."""

    pixels: str = "mean"
    seed: int = 0
    a: int = USUAL
    b: int = USUAL


def strips(
    s: ModelView, probe: Probe, codec: Codec, observation: Observation, drawn: Drawn = Drawn()
) -> dict[str, ImageStrip | PlaneView]:
    """Reconstructions, interpolation and prior samples: rows of images, or planes for 2-D data."""
    tau, d, drawn = observation.tau, len(observation.kl), paired(drawn, probe)
    image = probe.data.about.is_image
    index = codes(drawn, observation, SHOWN - 2) if image else np.arange(min(300, len(probe.x)))
    samples = prior(drawn.seed, STEPS if image else 300, d)
    groups = [observation.mu[index], path(drawn, observation), samples]
    decoded = pixels(drawn, codec, np.concatenate(groups), tau, d, s.sigma2)
    recon, between, samples = np.split(decoded, np.cumsum([len(g) for g in groups])[:-1])
    build = _images if image else _planes
    return build(drawn, probe, codec, probe.x[index], recon, between, samples)


def codes(drawn: Drawn, observation: Observation, extra: int) -> np.ndarray:
    """The examples to reconstruct: A, B, then the first others; (2 + extra,) indices."""
    others = [k for k in range(len(observation.mu)) if k not in (drawn.a, drawn.b)]
    return np.array([drawn.a, drawn.b, *others[:extra]])


def path(drawn: Drawn, observation: Observation) -> Array:
    """The straight line from A's posterior mean to B's: (STEPS, d)."""
    t = np.linspace(0, 1, STEPS, dtype=np.float32)[:, None]
    return (1 - t) * observation.mu[drawn.a] + t * observation.mu[drawn.b]


def prior(seed: int, count: int, d: int) -> Array:
    """Draws from p(z), the same for the same seed: (count, d); a larger d keeps the first ones."""
    draws = np.random.default_rng(seed).standard_normal((16, count))
    return draws.astype(np.float32)[:d].T.copy()


def pixels(drawn: Drawn, codec: Codec, z: Array, tau: float, d: int, sigma2: float) -> Array:
    """Expected or sampled data (n, D) of codes (n, d)."""
    if drawn.pixels == "mean":
        return codec.decode(z, tau, d)
    return codec.draw(z, tau, d, sigma2, drawn.seed)


def _images(
    s: Drawn, probe: Probe, codec: Codec, x: Array, recon: Array, between: Array, samples: Array
) -> dict[str, ImageStrip | PlaneView]:
    error = float(((x - recon) ** 2).sum(1).mean())
    spread = float(samples.std(0).mean())
    kind = source(codec, f"{s.pixels} pixels")
    return {
        "recon": ImageStrip(
            "Originals above reconstructions",
            grey(probe, np.stack([x, recon])),
            ("x", "x̂"),
            "Five examples, A and B first, above their reconstructions; squared error"
            f" {error:.2f}.",
            kind,
        ),
        "interp": ImageStrip(
            "Interpolation from A to B",
            grey(probe, between[None]),
            ("",),
            f"{STEPS} steps from example {s.a} to example {s.b} on a straight line of codes.",
            kind,
        ),
        "samples": ImageStrip(
            "Samples from the prior",
            grey(probe, samples[None]),
            ("",),
            f"{STEPS} decoded draws from the prior; pixel deviation between them {spread:.3f}.",
            source(codec, f"{s.pixels} pixels · seed {s.seed}"),
        ),
    }


def grey(probe: Probe, rows: Array) -> np.ndarray:
    """(R, C, D) in data units -> (R, C, H, W) bytes."""
    low, high = probe.data.about.value_range
    scaled = np.clip((rows - low) * (255.0 / (high - low)), 0, 255)
    return scaled.round().astype(np.uint8).reshape(*rows.shape[:2], *probe.data.about.shape)


def _planes(
    s: Drawn, probe: Probe, codec: Codec, x: Array, recon: Array, between: Array, samples: Array
) -> dict[str, ImageStrip | PlaneView]:
    reach = float(np.abs(probe.x).max()) * 1.05
    kind = source(codec, f"{s.pixels} outputs")
    return {
        "recon": PlaneView(
            "Reconstructions over the data",
            (("data", "data", x), ("reconstructions", "decoder", recon)),
            -reach,
            reach,
            kind,
        ),
        "samples": PlaneView(
            "Samples from the prior, and the path from A to B",
            (("data", "data", x), ("samples", "decoder", samples), ("A to B", "path", between)),
            -reach,
            reach,
            source(codec, f"{s.pixels} outputs · seed {s.seed}"),
        ),
    }
