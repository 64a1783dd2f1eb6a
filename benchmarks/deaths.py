"""Do dimensions die in the order, and at the τ, that the linear VAE predicts? `python
benchmarks/deaths.py`

For each shipped Gaussian multi-rate model at its largest d: a sweep over τ on the held-out examples
that the page Collapse shows, and the τ at which each dimension's KL falls below 0.1 nats for good.
The model starts from random weights; its dimension j is the one whose codes correlate most with
principal component j. `dedicated_deaths.py` asks the same of dedicated models.
"""

from __future__ import annotations

import json
import math
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))
from vaeviz.chapters.collapse import planes
from vaeviz.densities.gaussian import FIXED
from vaeviz.serve import jobs, models, probes

DATA = ("digits", "mnist-5k", "sprites")
PATIENCE = 600


def measure(name: str) -> dict[str, object]:
    probe = probes.probe(name, PATIENCE)
    assert probe is not None
    codec = models.multi_rate(probe, FIXED.name, PATIENCE)
    assert codec is not None
    dying = planes.deaths(codec.latent, probe, codec, True)
    assert dying is not None
    dead = np.isfinite(dying.measured) & (dying.measured > 0)
    ratio = dying.measured[dead] / dying.predicted[dead]
    return {
        "data": name,
        "examples": len(probe.x),
        "dimensions": len(dying.measured),
        "die in the range": dying.pairs,
        "Spearman": round(dying.correlation, 3),
        "measured / predicted, first 4": np.round(ratio[:4], 2).tolist(),
        "last 4": np.round(ratio[-4:], 2).tolist(),
        "geometric mean": round(math.exp(np.log(ratio).mean()), 2),
    }


def main() -> None:
    jobs.QUICK = PATIENCE
    for name in DATA:
        print(json.dumps(measure(name)))


if __name__ == "__main__":
    main()
