"""pythae's half of `pythae_loop.py`: trains by its BaseTrainer and prints its time. Needs no
vaeviz.

Custom networks through pythae's own BaseEncoder and BaseDecoder, BetaVAE for the objective ½‖x −
x̂‖² + βR (summed over pixels), with everything else off: no evaluation set, checkpoints, bar
or log.
"""

from __future__ import annotations

import itertools
import json
import logging
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from pythae.data.datasets import BaseDataset
from pythae.models import BetaVAE, BetaVAEConfig
from pythae.models.base.base_utils import ModelOutput
from pythae.models.nn import BaseDecoder, BaseEncoder
from pythae.trainers import BaseTrainer, BaseTrainerConfig
from pythae.trainers.training_callbacks import TrainingCallback
from torch import Tensor, nn


class Encoder(BaseEncoder):
    """One MLP to (mu, logvar), as ours."""

    def __init__(self, sizes: list[int]) -> None:
        super().__init__()
        self.layers = mlp(sizes)

    def forward(self, x: Tensor) -> ModelOutput:
        mu, logvar = self.layers(x).chunk(2, dim=-1)  # (B, d) each
        return ModelOutput(embedding=mu, log_covariance=logvar)


class Decoder(BaseDecoder):
    """The MLP back to the pixels' means."""

    def __init__(self, sizes: list[int]) -> None:
        super().__init__()
        self.layers = mlp(sizes)

    def forward(self, z: Tensor) -> ModelOutput:
        return ModelOutput(reconstruction=self.layers(z))


class Clock(TrainingCallback):
    """From the start of the second epoch to the end of the last; without it, an empty callback is
    called.
    """

    start = end = (0.0, 0.0)

    def on_epoch_begin(self, training_config: Any, **about: Any) -> None:
        if about["epoch"] == 2:
            self.start = clocks()

    def on_epoch_end(self, training_config: Any, **about: Any) -> None:
        self.end = clocks()


def mlp(sizes: list[int]) -> nn.Sequential:
    layers = [m for n, k in itertools.pairwise(sizes) for m in (nn.Linear(n, k), nn.ReLU())]
    return nn.Sequential(*layers[:-1])


def clocks() -> tuple[float, float]:
    """Wall and CPU seconds."""
    return time.perf_counter(), time.process_time()


def main(folder: Path) -> None:
    torch.set_num_threads(1)
    logging.disable(logging.CRITICAL)
    job = json.loads((folder / "job.json").read_text())
    x = torch.from_numpy(np.load(folder / "x.npy"))  # (N, D)
    model = BetaVAE(
        BetaVAEConfig(input_dim=(x.shape[1],), latent_dim=job["decoder"][0], beta=job["tau"]),
        encoder=Encoder(job["encoder"]),
        decoder=Decoder(job["decoder"]),
    )
    with np.load(folder / "weights.npz") as weights:
        model.load_state_dict(
            {k.replace(".", ".layers.", 1): torch.from_numpy(weights[k]) for k in weights}
        )
    how = BaseTrainerConfig(
        output_dir=str(folder),
        no_cuda=True,
        num_epochs=1 + job["epochs"],
        optimizer_cls="Adam",
        optimizer_params=job["adam"],
        learning_rate=job["learning_rate"],
        per_device_train_batch_size=job["batch"],
    )
    clock = Clock()
    BaseTrainer(model, BaseDataset(x, torch.zeros(len(x))), None, how, [clock]).train()
    with torch.no_grad():
        loss = statistics.mean(float(model({"data": x}).loss) for _ in range(job["samples"]))
    wall, cpu = (b - a for a, b in zip(clock.start, clock.end, strict=True))
    count = sum(p.numel() for p in model.parameters())
    print(json.dumps({"wall": wall, "cpu": cpu, "loss": loss, "parameters": count}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
