"""Do the dimensions of dedicated VAEs die as the linear VAE predicts? `python
benchmarks/dedicated_deaths.py`

Independent evidence: for each data set and seed a VAE with d = 16 starts from random weights at τ =
0.001 and is trained until its held-out objective stops falling; from there each next τ starts from
the last one's weights, so that a dimension can be followed, up to τ = 10. Dimension j is the one
whose mean codes, at all levels together, correlate most with principal component j (one to one); it
is dead where its mean KL on held-out examples is below 0.1 nats for good. Predicted: λ_j exp(-0.2).
The models are kept under runs/deaths, so that a stopped run goes on.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from pathlib import Path
from typing import cast

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from vaeviz import checkpoints, data
from vaeviz.chapters.collapse.view import DEATH
from vaeviz.measures.collapse import collapse_map
from vaeviz.measures.observe import kl_per_dimension
from vaeviz.models.multi_rate_settings import RECIPES
from vaeviz.models.vae import VAE
from vaeviz.records.collapse import DimensionSweep
from vaeviz.studies.fidelity import Cell, Study
from vaeviz.theory import linear_vae
from vaeviz.training.aligned import correlation, matched

LEVELS = [float(f"{tau:.3g}") for tau in np.geomspace(1e-3, 10, 21)]
SEEDS, SIZE = (0, 1, 2), 16


def chain(name: str, seed: int, folder: Path) -> dict[str, object]:
    """Trains what is missing of one chain, and says how its dimensions die."""
    settings = RECIPES[name]
    dataset = data.load(settings.data)
    study = Study(name, settings, dataset, folder, LEVELS)
    spectrum = linear_vae.spectrum(dataset.train)
    x = torch.from_numpy(dataset.held_out.copy())
    scores = (dataset.held_out - dataset.train.mean(0)) @ spectrum.eigenvectors[:, :SIZE]
    kl, alike = np.empty((len(LEVELS), SIZE)), np.zeros((SIZE, SIZE))
    variance = np.empty_like(kl)
    for k, tau in enumerate(LEVELS):
        cell = Cell(tau, SIZE, seed, warm=k > 0)
        if not study.has(cell):
            study.train(cell)
        model = cast(VAE, checkpoints.load(folder / study.name(cell)).model)
        with torch.inference_mode():
            mu, logvar = (part.numpy() for part in model.encode(x))
        kl[k], variance[k] = kl_per_dimension(mu, logvar), mu.var(0)
        alike += correlation(scores, mu)
    order, _ = matched(alike)
    sweep = DimensionSweep(np.array(LEVELS), kl[:, order], variance[:, order], len(x), name)
    dying = collapse_map.deaths(sweep, spectrum.eigenvalues, DEATH)
    return _row(name, seed, dying.measured, spectrum.eigenvalues[:SIZE], dying.correlation)


def _row(
    name: str, seed: int, measured: np.ndarray, eigenvalues: np.ndarray, correlation: float
) -> dict[str, object]:
    """The rank correlation by matched components, and the levels: k-th death against k-th λ."""
    predicted = eigenvalues * math.exp(-2 * DEATH)
    died = np.isfinite(measured) & (measured > 0)
    ratio = np.sort(measured[died])[::-1] / predicted[: died.sum()]
    return {
        "data": name,
        "seed": seed,
        "die in the range": int(died.sum()),
        "Spearman": round(float(correlation), 3),
        "k-th death / predicted, first 4": np.round(ratio[:4], 2).tolist(),
        "last 4": np.round(ratio[-4:], 2).tolist(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="How dimensions of dedicated VAEs die.")
    parser.add_argument("--out", type=Path, default=Path("runs/deaths"), help="kept models")
    parser.add_argument("--data", nargs="*", default=["digits", "mnist-5k"], help="data sets")
    args = parser.parse_args()
    torch.set_num_threads(1)
    for name in args.data:
        for seed in SEEDS:
            print(json.dumps(chain(name, seed, args.out)), flush=True)


if __name__ == "__main__":
    main()
