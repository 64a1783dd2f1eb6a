"""How close is a trained linear VAE to its closed form? `python benchmarks/linear_laboratory.py`.

Chosen settings, then τ, β and d drawn at random with a fixed seed: log τ evenly from a hundredth
of the data set's 16th eigenvalue to 1.1 times its first, log β evenly from 0.1 to 10, d from 1 to
16. Compared are, over the training data, the whole KL, every dimension's KL over 0.1 nats, the
squared error E‖x − x̂‖² (16 samples of z per example), and the number of dimensions with Var(μ) >
0.01. A setting fails where one of them is off by more than 2 %, or the number differs.
`--sampled` trains with sampled z, in batches of 128.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
from collections import deque
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))
from vaeviz.config import RunSettings
from vaeviz.models.linear import LinearVAE
from vaeviz.records import ACTIVE
from vaeviz.theory import linear_vae
from vaeviz.theory.linear_vae import Spectrum
from vaeviz.training import linear_fit, linear_run
from vaeviz.training.evaluate import evaluate
from vaeviz.training.loop import Trainer

NAMES = ("digits", "mnist-5k", "power-law", "two-steps")
CHOSEN = (
    (1.0, 0.05, 16),
    (4.0, 0.05, 8),
    (0.3, 0.1, 6),
    (10.0, 0.005, 16),
    (1.0, 0.01, 12),
)  # β, σ², d
ALIVE, LIMIT = 0.1, 0.02  # nats; the part that it may be off
SEED = 2026


@dataclass(frozen=True)
class Off:
    """By how much one training is off, as parts of the exact numbers, and both counts of active
    units.
    """

    total: float
    worst: float
    error: float
    active: tuple[int, int]

    @property
    def fails(self) -> bool:
        return max(self.total, self.worst, self.error) > LIMIT or self.active[0] != self.active[1]


def drawn(values: NDArray[np.float64], count: int) -> list[tuple[float, float, int]]:
    """β, σ² and d at random."""
    rng = np.random.default_rng(SEED)
    low, high = np.log(0.01 * values[15]), np.log(1.1 * values[0])
    tau, beta = np.exp(rng.uniform(low, high, count)), 10 ** rng.uniform(-1, 1, count)
    sizes = rng.integers(1, 17, count)
    return [(float(b), float(t / b), int(d)) for t, b, d in zip(tau, beta, sizes, strict=True)]


def sampled(model: LinearVAE, x: NDArray[np.float32], run: RunSettings) -> None:
    """The ordinary loop: one sample of z per example, and the falling rate of `linear_fit`."""
    trainer = Trainer(model, x, dataclasses.replace(run, batch=128))
    while trainer.step < run.steps:
        if trainer.step % 20 == 0:
            trainer.change("learning_rate", linear_fit._rate(trainer.step, run.steps, x.shape[1]))
        trainer.advance()


def measured(x: NDArray[np.float32], result: Spectrum, run: RunSettings, by_samples: bool) -> Off:
    exact = linear_vae.solve(result, run.beta, run.sigma2, run.latent)
    model = linear_fit.start(x, run)
    if by_samples:
        sampled(model, x, run)
    else:
        deque(linear_fit.fit(model, x, run, every=run.steps), maxlen=0)
    seen = evaluate(model, x, run)
    kl, alive = np.sort(seen.kl)[::-1], exact.kl > ALIVE
    return Off(
        abs(seen.rate - exact.rate) / exact.rate if exact.rate > 0 else float(seen.rate > 1e-3),
        float(np.abs(kl[alive] / exact.kl[alive] - 1).max(initial=0.0)),
        abs(seen.squared_error / exact.squared_error - 1),
        (seen.active, int((exact.var_mu > ACTIVE).sum())),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--drawn", type=int, default=12, help="settings at random for each data set"
    )
    parser.add_argument(
        "--sampled", action="store_true", help="train with sampled z, in batches of 128"
    )
    parser.add_argument("names", nargs="*", default=NAMES, help="data sets and known spectra")
    given = parser.parse_args()
    torch.set_num_threads(1)
    for name in given.names:
        x = linear_fit.examples(name)
        result = linear_vae.spectrum(x)
        cases = [*CHOSEN, *drawn(result.eigenvalues, given.drawn)]
        every = [_report(name, x, result, case, given.sampled) for case in cases]
        _summary(name, every[: len(CHOSEN)], "chosen")
        _summary(name, every[len(CHOSEN) :], "at random")


def _report(
    name: str,
    x: NDArray[np.float32],
    result: Spectrum,
    case: tuple[float, float, int],
    by_samples: bool,
) -> Off:
    beta, sigma2, d = case
    off = measured(x, result, linear_run.settings(name, beta, sigma2, d), by_samples)
    parts = f"KL {off.total:.3%}  worst bar {off.worst:.3%}  error {off.error:.3%}"
    counts = f"active {off.active[0]}, exact {off.active[1]}{'  FAILS' if off.fails else ''}"
    place = f"β {beta:7.3f}  σ² {sigma2:8.5f}  τ {beta * sigma2:8.5f}  d {d:2}"
    print(f"{name:10} {place}  {parts}  {counts}", flush=True)
    return off


def _summary(name: str, every: list[Off], how: str) -> None:
    if not every:
        return
    total, worst, error = (
        max(getattr(off, part) for off in every) for part in ("total", "worst", "error")
    )
    failed = sum(off.fails for off in every)
    worsts = f"{total:.3%} | {worst:.3%} | {error:.3%}"
    print(f"| {name} | {len(every)} {how} | {failed} fail | {worsts} |", flush=True)


if __name__ == "__main__":
    main()
