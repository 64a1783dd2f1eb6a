"""A tiny VAE, trained as its functions say and put to all checks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from vaeviz.measures import sanity
from vaeviz.models.parts import Parts
from vaeviz.models.tiny import Tiny
from vaeviz.records import Array
from vaeviz.records.checks import Check
from vaeviz.training.tiny import Look, Plan, fit

EVERY = 10  # steps from look to look
ORDER = ("gradient", "kl", "shapes", "samples", "falls", "point", "weight", "doubling", "warm-up")
Watch = Callable[[Look], None]


@dataclass(frozen=True, eq=False)
class Trained:
    """The looks at a run, its reconstructions of held-out examples (N, D), decoded samples of the
    prior (S, D), and all checks in their order.
    """

    looks: tuple[Look, ...]
    reconstructed: Array
    samples: Array
    checks: tuple[Check, ...]

    def over(self, name: str) -> Array:
        """A quantity of the looks, (T,)."""
        return np.array([getattr(look, name) for look in self.looks], np.float64)


def trained(
    parts: Parts,
    train: Array,
    held_out: Array,
    plan: Plan,
    watch: Watch = lambda look: None,
) -> Trained:
    """Trains on examples (N, D) and checks on held-out ones; `watch` gets every look."""
    torch.set_num_threads(1)
    x, y = torch.tensor(train), torch.tensor(held_out)
    model = Tiny(parts, x.shape[1], plan.latent, plan.seed)
    code = sanity.of_the_code(model, x[: plan.batch], plan.beta, plan.steps)
    looks = []
    for look in fit(model, x, plan, EVERY):
        looks.append(look)
        watch(look)
    generator = torch.Generator().manual_seed(plan.seed)
    with torch.inference_mode():
        z = torch.randn((sanity.SAMPLES, plan.latent), generator=generator)
        noise = torch.randn((len(y), plan.latent), generator=generator)
        samples, seen = model.decode(z).numpy(), model(y, noise)[0].numpy()
    checks = [*code, sanity.falls([look.printed for look in looks]),
              sanity.looks_like_data(samples, held_out)]  # fmt: skip
    checks.sort(key=lambda check: ORDER.index(check.name))
    return Trained(tuple(looks), seen, samples, tuple(checks))
