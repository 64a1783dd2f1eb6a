"""Our half of `pythae_loop.py`: trains by the bare loop and prints its time."""

from __future__ import annotations

import json
import math
import sys
import time
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).parents[1]))
from vaeviz.config import RunSettings
from vaeviz.densities import gaussian
from vaeviz.models import vae
from vaeviz.training.loop import train


def clocks() -> tuple[float, float]:
    """Wall and CPU seconds."""
    return time.perf_counter(), time.process_time()


def tau_loss(model: vae.VAE, x: torch.Tensor, tau: float) -> float:
    """½‖x − x̂‖² + τR, mean over examples (N, D), one z each."""
    mu, logvar = model.encode(x)
    z = gaussian.sample(mu, logvar, torch.randn(mu.shape))
    error = ((x - model.decode(z)) ** 2).sum(-1)  # (N,)
    return float((0.5 * error + tau * gaussian.kl_to_standard_normal(mu, logvar).sum(-1)).mean())


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    job = json.loads((folder / "job.json").read_text())
    x = torch.from_numpy(np.load(folder / "x.npy"))  # (N, D)
    epoch = math.ceil(len(x) / job["batch"])  # steps
    s = RunSettings.from_json({**job["settings"], "steps": epoch * (1 + job["epochs"])})
    model = vae.build(s, tuple(job["shape"]))
    start = clocks()
    for record in train(model, x, s, every=epoch):
        start = clocks() if record.step == epoch else start  # the first epoch warms up
    wall, cpu = (b - a for a, b in zip(start, clocks(), strict=True))
    with torch.no_grad():
        loss = sum(tau_loss(model, x, job["tau"]) for _ in range(job["samples"])) / job["samples"]
    count = sum(p.numel() for p in model.parameters())
    print(json.dumps({"wall": wall, "cpu": cpu, "loss": loss, "parameters": count}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
