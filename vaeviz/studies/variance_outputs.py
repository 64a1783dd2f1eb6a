"""Three ways to make σ of an encoder's output a, trained alike: which of them break?

- log σ² = a, as in Kingma & Welling 2014 (arXiv:1312.6114, appendix C): any a is a variance;
- σ = 1 + a: an a ≤ −1 is no deviation, and log σ in the KL no number;
- σ² = max(1 + a, c): below the clamp c the derivative is 0.

All begin near σ = 1, with the same weights, batches and noise. 2-32-(2+2) and 2-32-2 networks with
ReLU on the points of three-gaussians, Adam.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from vaeviz.data.three_gaussians import COUNT, draw
from vaeviz.models.vae import mlp
from vaeviz.records.variance_outputs import RATES, SEEDS, WAYS, VarianceRun, VarianceStudy

SIGMA2, CLAMP = 0.05, 1e-4
HIDDEN, BATCH, STEPS, EVERY = 32, 64, 400, 4


def log_variance(a: Tensor) -> tuple[Tensor, Tensor]:
    """σ and log σ² of log σ² = a."""
    return torch.exp(0.5 * a), a


def deviation(a: Tensor) -> tuple[Tensor, Tensor]:
    """σ and log σ² of σ = 1 + a; NaN where σ < 0."""
    return 1 + a, 2 * torch.log(1 + a)


def clamped(a: Tensor) -> tuple[Tensor, Tensor]:
    """σ and log σ² of σ² = max(1 + a, c)."""
    variance = (1 + a).clamp(min=CLAMP)
    return variance.sqrt(), variance.log()


OUTPUTS: dict[str, Callable[[Tensor], tuple[Tensor, Tensor]]] = dict(
    zip(WAYS, (log_variance, deviation, clamped), strict=True)
)
DEAD: dict[str, Callable[[Tensor], Tensor]] = dict(
    zip(WAYS, (torch.isnan, lambda a: a <= -1, lambda a: 1 + a < CLAMP), strict=True)
)


@dataclass
class Log:
    """The sums of the steps since the last record, and the records."""

    sums: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])
    count: int = 0
    records: list[list[float]] = field(default_factory=list)

    def add(self, *values: float) -> None:
        self.sums = [sum_ + value for sum_, value in zip(self.sums, values, strict=True)]
        self.count += 1
        if self.count == EVERY:
            self.flush()

    def flush(self) -> None:
        """A record of what there is."""
        if self.count:
            self.records.append([sum_ / self.count for sum_ in self.sums])
        self.sums, self.count = [0.0, 0.0, 0.0], 0


class Networks(nn.Module):
    """Encoder and decoder; the first weights depend on the seed alone."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.encoder, self.decoder = mlp([2, HIDDEN, 4]), mlp([2, HIDDEN, 2])

    def loss(self, x: Tensor, epsilon: Tensor, way: str) -> tuple[Tensor, Tensor]:
        """−ELBO of the batch, nats per example, and the variance outputs a (B, 2)."""
        mu, a = self.encoder(x).chunk(2, dim=-1)
        a.retain_grad()
        sigma, logvar = OUTPUTS[way](a)
        x_hat = self.decoder(mu + sigma * epsilon)
        nll = ((x - x_hat) ** 2).sum(-1) / (2 * SIGMA2) + math.log(2 * math.pi * SIGMA2)
        kl = 0.5 * (sigma**2 + mu**2 - 1 - logvar).sum(-1)
        return (nll + kl).mean(), a


def run(way: str, learning_rate: float, seed: int, steps: int = STEPS) -> VarianceRun:
    """One training, until its loss is no number."""
    points = torch.tensor(draw(COUNT, 0)[0])
    networks, log = Networks(seed), Log()
    optimiser = torch.optim.Adam(networks.parameters(), learning_rate)
    chance = torch.Generator().manual_seed(seed)
    broken, bad = 0, 0.0
    for step in range(1, steps + 1):
        x = points[torch.randint(COUNT, (BATCH,), generator=chance)]
        loss, a = networks.loss(x, torch.randn((BATCH, 2), generator=chance), way)
        dead = float(DEAD[way](a).float().mean())
        if not torch.isfinite(loss):
            broken, bad = step, dead
            break
        optimiser.zero_grad()
        loss.backward()
        assert a.grad is not None
        log.add(loss.item(), dead, a.grad.norm().item())
        optimiser.step()
    log.flush()
    loss_, dead_, gradient = (tuple(column) for column in zip(*log.records, strict=True))
    return VarianceRun(way, learning_rate, seed, loss_, dead_, gradient, broken, bad)


def runs(
    rates: Sequence[float] = RATES, seeds: Sequence[int] = SEEDS, steps: int = STEPS
) -> Iterator[VarianceRun]:
    """Every way at every learning rate with every seed."""
    for rate in rates:
        for seed in seeds:
            for way in WAYS:
                yield run(way, rate, seed, steps)


def study(made: Sequence[VarianceRun], steps: int = STEPS) -> VarianceStudy:
    """The runs with what they have in common."""
    rates = tuple(dict.fromkeys(one.learning_rate for one in made))
    seeds = tuple(dict.fromkeys(one.seed for one in made))
    today = datetime.date.today().isoformat()
    return VarianceStudy(
        today, SIGMA2, CLAMP, HIDDEN, BATCH, steps, EVERY, rates, seeds, tuple(made)
    )
