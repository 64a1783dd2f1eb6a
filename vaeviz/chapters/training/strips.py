"""What a live run's decoder makes of codes: reconstructions, and samples from the prior."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vaeviz.chapters.model.views import grey
from vaeviz.chapters.training.views import source
from vaeviz.records import Array, ImageStrip, Learner, Limits, PlaneView
from vaeviz.serve.probes import Probe

Strip = ImageStrip | PlaneView
PAIRS, TWIN_PAIRS = 5, 3  # originals with their reconstructions: pictures of 60 pixels and more


def strips(learner: Learner, probe: Probe, masked: bool = False) -> dict[str, Strip]:
    """Reconstructions and samples from the prior: rows of images, or planes for 2-D data.

    Those of a `masked` decoder come from z alone: it sees what it painted so far, and no pixel of
    x.
    """
    x = probe.x[: len(learner.recon)]
    recon, samples = (np.nan_to_num(rows) for rows in (learner.recon, learner.samples))
    if probe.data.about.is_image:
        pairs = TWIN_PAIRS if learner.label else PAIRS
        chosen = _varied(probe.labels[: len(x)], pairs)
        return _images(learner, probe, x[chosen], recon[chosen], samples[: 2 * pairs], masked)
    return _planes(learner, probe, x, recon, samples)


def _varied(labels: NDArray[np.integer[Any]], count: int) -> NDArray[np.intp]:
    """So many examples, in their order: the first of each class, as far as they go, then others."""
    first = np.sort(np.unique(labels, return_index=True)[1])[:count]
    rest = np.setdiff1d(np.arange(len(labels)), first)[: count - len(first)]
    return np.sort(np.concatenate([first, rest]))


def _images(
    learner: Learner, probe: Probe, x: Array, recon: Array, samples: Array, masked: bool
) -> dict[str, Strip]:
    error = float(((x - recon) ** 2).sum(1).mean())
    spread = float(samples.std(0).mean())
    origin = _origin(learner)
    title = "From z alone" if masked else "Copies" if learner.label else "Reconstructions"
    squared = "error" if learner.label else "squared error"  # twins have half the room
    means = "means pixel by pixel" if masked else "decoder means"
    return {
        "recon": ImageStrip(
            f"{title}: {squared} {error:.1f}",
            grey(probe, np.stack([x, recon])),
            ("x", "x̂"),
            f"{len(x)} originals above their reconstructions; mean squared error {error:.2f} per"
            " example.",
            source(
                learner, f"{len(x)} held-out examples, {means} at μ" + ", none of x seen" * masked
            ),
        ),
        "samples": ImageStrip(
            origin,
            grey(probe, samples[None]),
            ("",),
            f"{len(samples)} decoded draws; mean pixel deviation between them {spread:.3f}.",
            source(learner, f"fixed draws, {means}"),
        ),
    }


def _planes(
    learner: Learner, probe: Probe, x: Array, recon: Array, samples: Array
) -> dict[str, Strip]:
    low, high = _reach(probe)
    shown = probe.x[:300]
    return {
        "recon": PlaneView(
            "Reconstructions over the data",
            (("data", "data", shown), ("reconstructions", "decoder", recon)),
            low,
            high,
            source(learner, f"{len(x)} held-out examples, decoder means at μ"),
        ),
        "samples": PlaneView(
            _origin(learner),
            (("data", "data", shown), ("samples", "decoder", samples)),
            low,
            high,
            source(learner, "fixed draws, decoder means"),
        ),
    }


def _origin(learner: Learner) -> str:
    return "Samples from the prior" if learner.variational else "Decoded draws from N(0, I)"


def _reach(probe: Probe) -> Limits:
    reach = float(np.abs(probe.x).max()) * 1.05
    return -reach, reach
