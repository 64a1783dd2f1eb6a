"""Losses as published code writes them, and how large the images and batches there are.

Each was read in the repository that `source` names. The training images of CelebA are 162,770.
"""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.theory.effective_beta import Size, Written


@dataclass(frozen=True)
class Known:
    """A loss in words, how it was written, and, where it belongs to one, the size of the data it was for."""

    name: str
    words: str
    loss: Written
    home: Size | None
    source: str


KNOWN = (
    Known("mean MSE", "mse_loss(x̂, x) + KL", Written(), None, "the mean is mse_loss's default"),
    Known(
        "means everywhere", "mse_loss(x̂, x) + mean KL_j", Written(latents_summed=False), None,
        "a mean over pixels and one over dimensions",
    ),
    Known(
        "PyTorch-VAE", "mse_loss(x̂, x) + M/N · KL, x in [−1, 1]", Written(weight=144 / 162_770, span=2.0),
        Size(3 * 64 * 64, 128, 144),
        "AntixK/PyTorch-VAE vanilla_vae.py, experiment.py, vae.yaml: CelebA, batches of M = 144",
    ),
    Known("summed MSE", "sum (x̂ − x)² + KL", Written(pixels_summed=True), None, "a Gaussian with σ² = ½"),
    Known("half MSE", "½ sum (x̂ − x)² + KL", Written("half-mse", pixels_summed=True), None,
          "a Gaussian with σ² = 1"),
    Known(
        "pytorch/examples", "sum BCE + sum KL", Written("bce", True, True, True, True), Size(784, 20, 128),
        "pytorch/examples vae/main.py: MNIST, all summed over the batch",
    ),
    Known(
        "keras.io", "mean over batch of sum BCE + KL", Written("bce", pixels_summed=True),
        Size(784, 2, 128), "keras-team/keras-io examples/generative/vae.py: MNIST",
    ),
)  # fmt: skip
