"""Is the verdict right on models that its rules were not tuned on? Random spectra, known in theory.

Gaussian data with k directions above the noise, 1,000 examples to train on and 600 held out; the
linear VAE's closed form, and MLPs trained on the same data. With τ below all k directions a model
is healthy, between two of them partly collapsed, above all collapsed; with four dimensions more
than directions, or on noise alone, the prior simply fits. Networks as they start are not trained
yet.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))

from vaeviz.config import RunSettings
from vaeviz.measures.codecs.codec import Coder, LinearCodec
from vaeviz.measures.codecs.torch_codec import DedicatedCodec
from vaeviz.measures.collapse.diagnosis import diagnose
from vaeviz.measures.collapse.reference import Reference, reference
from vaeviz.models import vae
from vaeviz.records import Array
from vaeviz.records.diagnosis import Diagnosis, Verdict
from vaeviz.theory import linear_vae
from vaeviz.training.loop import train

SPECTRA, NETWORKS = 60, 20  # the first NETWORKS of the spectra are also learned by networks
VERDICTS = get_args(Verdict)


@dataclass(frozen=True, eq=False)
class Data:
    """Rows (N, D) with k variances above the noise, descending."""

    train: Array
    held_out: Array
    variances: Array
    noise: float
    known: Reference

    @property
    def k(self) -> int:
        return len(self.variances)


def draw(rng: np.random.Generator, variances: Array, noise: float, size: int) -> Data:
    axes = np.linalg.qr(rng.normal(size=(size, size)))[0][:, : len(variances)] * np.sqrt(variances)
    x = (
        rng.normal(size=(1600, len(variances))) @ axes.T
        + rng.normal(size=(1600, size)) * noise**0.5
    )
    x = x.astype(np.float32)
    return Data(x[:1000], x[1000:], variances + noise, noise, reference(x[:1000], "gaussian"))


def closed(data: Data, tau: float, d: int) -> Diagnosis:
    return diagnose(
        LinearCodec(linear_vae.spectrum(data.train), d), tau, d, data.held_out, data.known
    )


def network(data: Data, tau: float, d: int, steps: int, seed: int) -> Diagnosis:
    settings = RunSettings(
        widths=(48,), latent=d, seed=seed, learning_rate=2e-3, steps=max(steps, 1), sigma2=tau
    )
    model = vae.build(settings, data.train.shape[1:])
    if steps:
        for _ in train(model, data.train, settings, every=steps):
            pass
    codec: Coder = DedicatedCodec(model, "gaussian", tau, "a network")
    return diagnose(codec, tau, d, data.held_out, data.known)


def between(data: Data, rng: np.random.Generator) -> float | None:
    """A τ clearly between two directions: below one by a third at least, above the next by 5 %."""
    v = data.variances
    gaps = [
        (1.05 * v[m], v[m - 1] / 1.35) for m in range(1, data.k) if 1.05 * v[m] < v[m - 1] / 1.35
    ]
    return float(np.exp(rng.uniform(*np.log(gaps[rng.integers(len(gaps))])))) if gaps else None


def settings_of(
    data: Data, plain: Data, rng: np.random.Generator
) -> Iterator[tuple[Verdict, Data, float, int]]:
    """(truth, data, τ, d) of every state that a trained model can be in."""
    yield "healthy", data, 1.4 * data.noise, data.k
    yield "the prior simply fits well", data, 1.5 * data.noise, data.k + 4
    yield "the prior simply fits well", plain, 1.5 * plain.noise, data.k
    yield "collapsed", data, 1.2 * float(data.variances[0]), data.k
    tau = between(data, rng)
    if tau is not None:
        yield "partly collapsed", data, tau, data.k


def patients() -> Iterator[tuple[str, Verdict, Diagnosis]]:
    for seed in range(SPECTRA):
        rng = np.random.default_rng(seed)
        size, noise = int(rng.integers(13, 50)), float(rng.choice([0.02, 0.05, 0.1]))
        variances = np.sort(np.exp(rng.uniform(np.log(10 * noise), np.log(5), rng.integers(2, 7))))[
            ::-1
        ]
        data, plain = draw(rng, variances, noise, size), draw(rng, np.zeros(0), noise, size)
        for truth, x, tau, d in settings_of(data, plain, rng):
            yield "closed form", truth, closed(x, tau, d)
            if seed < NETWORKS:
                yield "network", truth, network(x, tau, d, 800, seed)
        if seed < NETWORKS:
            yield "network", "not trained yet", network(data, noise, data.k, 0, seed)
            yield "network", "not trained yet", network(plain, noise, data.k, 0, seed)


def main() -> None:
    torch.set_num_threads(1)
    seen: dict[str, Counter[Any]] = {"closed form": Counter(), "network": Counter()}
    for kind, truth, result in patients():
        seen[kind][truth, result.verdict] += 1
        if result.verdict != truth:
            print(f"{kind}, {truth}: {result.verdict}, {result.reason}", flush=True)
    for kind, counts in seen.items():
        right = sum(count for (truth, verdict), count in counts.items() if truth == verdict)
        print(f"{kind}: {right} of {counts.total()} right; rows are truths, columns verdicts")
        for truth in VERDICTS:
            print(f"  {truth:27}", *(f"{counts[truth, verdict]:4}" for verdict in VERDICTS))


if __name__ == "__main__":
    main()
