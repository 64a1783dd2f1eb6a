"""From settings and a codec to the records that the Explorer's panels draw. Pure: knows no
Streamlit.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from vaeviz.data import Dataset
from vaeviz.measures.codecs.codec import TAU_LOW, Codec, LinearCodec
from vaeviz.measures.observe import nats
from vaeviz.records import (
    Array,
    Chosen,
    Curve,
    ImageStrip,
    KLBars,
    LatentMap,
    Observation,
    PlaneView,
    RateDistortion,
)
from vaeviz.ui.settings import Settings

SHOWN = 5  # columns of originals above reconstructions
STEPS = 10  # images of an interpolation, and samples from the prior
SPAN = 3.6  # the latent map reaches this far, in prior standard deviations


@dataclass(frozen=True, eq=False)
class Probe:
    """What the Explorer shows of a data set: held-out examples, and one fixed noise draw for
    each.
    """

    data: Dataset
    x: Array  # (N, D)
    labels: np.ndarray  # (N,)
    noise: Array  # (N, 16)
    linear: LinearCodec

    @property
    def elements(self) -> int:
        """D."""
        return self.x.shape[1]

    @cached_property
    def spread(self) -> float:
        """E‖x − m‖², m the training mean: the squared error when all is collapsed, on these
        examples.
        """
        return float(((self.x - self.data.train.mean(0)) ** 2).sum(1).mean())


def source(codec: Codec, detail: str) -> str:
    return f"{codec.source} · {detail}"


def latent_map(s: Settings, probe: Probe, codec: Codec, seen: Observation) -> LatentMap:
    """μ in dimensions i and j; a dimension beyond d is switched off and has the prior's
    posterior.
    """
    dims = (s.i - 1, s.j - 1)
    points = np.stack([_column(seen.mu, k) for k in dims], axis=1)  # (N, 2)
    deviations = np.stack([np.exp(0.5 * _column(seen.logvar, k)) for k in dims], axis=1)
    chosen = tuple(Chosen(n, k, points[k], deviations[k]) for n, k in (("A", s.a), ("B", s.b)))
    detail = f"{len(points):,} held-out examples"
    return LatentMap(
        points,
        probe.labels,
        probe.data.about.class_names,
        dims,
        chosen,
        SPAN,
        source(codec, detail),
    )


def _column(values: Array, k: int) -> Array:
    return values[:, k] if k < values.shape[1] else np.zeros(len(values), np.float32)


def kl_bars(s: Settings, probe: Probe, codec: Codec, seen: Observation) -> KLBars:
    """Measured KL with the linear VAE's ½ log(λ_i/τ) for a Gaussian decoder; the top is fixed by
    the data.
    """
    predicted = probe.linear.kl(seen.tau, len(seen.kl)) if s.gaussian else np.zeros(0)
    tallest = max(probe.linear.kl(TAU_LOW, 1)[0], _tallest(codec, seen))
    detail = f"{len(seen.mu):,} held-out examples" + (
        "; ticks: closed form, ½ log(λ/τ)" if s.gaussian else ""
    )
    return KLBars(
        seen.kl, predicted, s.threshold, float(np.ceil(1.05 * tallest)), source(codec, detail)
    )


def _tallest(codec: Codec, seen: Observation) -> float:
    """The most that a dimension carries: at d = 1 it has to carry everything; a fixed model has its
    own.
    """
    if codec.remark:
        return 1.1 * float(seen.kl.max())
    alone, shared = codec.curve(1), codec.curve(codec.latent)
    return max(float(alone.rates.max()), 1.3 * float(shared.rates.max()) / codec.latent)


def rate_distortion(s: Settings, probe: Probe, codec: Codec, seen: Observation) -> RateDistortion:
    """For a Gaussian decoder the loss axis is ½‖x − x̂‖², on which nothing moves while τ stays."""
    curve, widest = codec.curve(len(seen.kl)), codec.curve(codec.latent)
    scale = 0.5 if s.gaussian else 1.0
    beside = s.gaussian and codec is not probe.linear
    linear = probe.linear.curve(len(seen.kl)) if beside else Curve(*(np.zeros(0),) * 3)
    top = 1.08 * scale * max(float(np.max(widest.losses)), probe.spread if s.gaussian else 0.0)
    right = 1.05 * float(np.max(widest.rates)) if not codec.remark else 1.6 * seen.rate + 1.0
    detail = (
        "one trained model: a point" if codec.remark else f"curve: {len(curve.taus)} settings of τ"
    )
    detail += ", training set; point: held-out examples" if codec is probe.linear else ""
    detail += "; dotted: linear VAE, closed form, training set" if beside else ""
    slope = s.tau if codec.remark else seen.tau
    at_end = not codec.remark and f"{seen.tau:.4g}" != f"{s.tau:.4g}"
    return RateDistortion(
        rates=curve.rates,
        losses=scale * curve.losses,
        linear_rates=linear.rates,
        linear_losses=scale * linear.losses,
        rate=seen.rate,
        loss=scale * seen.loss,
        slope=slope,
        beta=slope / s.sigma2 if at_end and s.gaussian else slope if at_end else s.beta,
        at_end=at_end,
        right=right,
        top=top,
        unit="½‖x − x̂‖²" if s.gaussian else "distortion D (nats)",
        nats=_scale(s, probe, top) if s.gaussian else (),
        source=source(codec, detail),
    )


def _scale(s: Settings, probe: Probe, top: float) -> tuple[tuple[float, float], ...]:
    """The distortion in nats at a few heights of the loss axis, at this σ²."""
    heights = [share * top for share in (0.04, 0.35, 0.65, 0.95)]
    return tuple((h, nats(2 * h, probe.elements, "gaussian", s.sigma2)) for h in heights)


def codes(s: Settings, seen: Observation, extra: int) -> np.ndarray:
    """Which examples to reconstruct: A, B, then the first others; (2 + extra,) indices."""
    others = [k for k in range(len(seen.mu)) if k not in (s.a, s.b)]
    return np.array([s.a, s.b, *others[:extra]])


def path(s: Settings, seen: Observation) -> Array:
    """The straight line from A's posterior mean to B's: (STEPS, d)."""
    t = np.linspace(0, 1, STEPS, dtype=np.float32)[:, None]
    return (1 - t) * seen.mu[s.a] + t * seen.mu[s.b]


def prior(s: Settings, count: int, d: int) -> Array:
    """Draws from p(z), the same for the same seed: (count, d); a larger d keeps the first
    dimensions.
    """
    return (
        np.random.default_rng(s.seed).standard_normal((16, count)).astype(np.float32)[:d].T.copy()
    )


def pixels(s: Settings, codec: Codec, z: Array, tau: float, d: int) -> Array:
    """Expected or sampled data (n, D) of codes (n, d)."""
    if s.pixels == "mean":
        return codec.decode(z, tau, d)
    return codec.draw(z, tau, d, s.sigma2, s.seed)


def strips(
    s: Settings, probe: Probe, codec: Codec, seen: Observation
) -> dict[str, ImageStrip | PlaneView]:
    """Reconstructions, interpolation and prior samples: rows of images, or planes for 2-D data."""
    tau, d = seen.tau, len(seen.kl)
    image = probe.data.about.is_image
    index = codes(s, seen, SHOWN - 2) if image else np.arange(min(300, len(probe.x)))
    groups = [seen.mu[index], path(s, seen), prior(s, STEPS if image else 300, d)]
    decoded = pixels(s, codec, np.concatenate(groups), tau, d)
    recon, between, samples = np.split(decoded, np.cumsum([len(g) for g in groups])[:-1])
    build = _images if image else _planes
    return build(s, probe, codec, probe.x[index], recon, between, samples)


def _images(
    s: Settings, probe: Probe, codec: Codec, x: Array, recon: Array, between: Array, samples: Array
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
            f"Ten steps from example {s.a} to example {s.b} on a straight line of codes.",
            kind,
        ),
        "samples": ImageStrip(
            "Samples from the prior",
            grey(probe, samples[None]),
            ("",),
            f"Ten decoded draws from the prior; mean pixel deviation between them {spread:.3f}.",
            source(codec, f"{s.pixels} pixels · seed {s.seed}"),
        ),
    }


def grey(probe: Probe, rows: Array) -> np.ndarray:
    """(R, C, D) in data units -> (R, C, H, W) bytes."""
    low, high = probe.data.about.value_range
    scaled = np.clip((rows - low) * (255.0 / (high - low)), 0, 255)
    return scaled.round().astype(np.uint8).reshape(*rows.shape[:2], *probe.data.about.shape)


def _planes(
    s: Settings, probe: Probe, codec: Codec, x: Array, recon: Array, between: Array, samples: Array
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
