"""Losses of published code, with the sizes of its images and batches.

Each is from the repository that `source` names. PyTorch-VAE is as of its commits 8bf7be5
(experiment.py) and a6896b9 (configs/vae.yaml): `kld_weight: 0.00025`, images in [0, 1]. Before
(09c4451, 291a37d) its weight was M/N, a batch of 144 over CelebA's 162,770 training images, and
images were in [-1, 1]: τ was 1.36 there, and is 1.54 now.
"""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.theory.effective_beta import Size, Written


@dataclass(frozen=True)
class Known:
    """A loss in words, its reductions, and the size of its data, if it has one."""

    name: str
    words: str
    loss: Written
    home: Size | None
    source: str


KNOWN = (
    Known("mean MSE", "mse_loss(x̂, x) + KL", Written(), None, "the mean is mse_loss's default"),
    Known(
        "means everywhere",
        "mse_loss(x̂, x) + mean KL_j",
        Written(latents_summed=False),
        None,
        "a mean over pixels and one over dimensions",
    ),
    Known(
        "PyTorch-VAE",
        "mse_loss(x̂, x) + 0.00025 KL",
        Written(weight=0.00025),
        Size(3 * 64 * 64, 128, 64),
        "AntixK/PyTorch-VAE vanilla_vae.py, experiment.py, dataset.py, vae.yaml: CelebA in [0, 1]",
    ),
    Known(
        "summed MSE",
        "sum (x̂ − x)² + KL",
        Written(pixels_summed=True),
        None,
        "a Gaussian with σ² = ½",
    ),
    Known(
        "half MSE",
        "½ sum (x̂ − x)² + KL",
        Written("half-mse", pixels_summed=True),
        None,
        "a Gaussian with σ² = 1",
    ),
    Known(
        "pytorch/examples",
        "sum BCE + sum KL",
        Written("bce", True, True, True, True),
        Size(784, 20, 128),
        "pytorch/examples vae/main.py: MNIST, all summed over the batch",
    ),
    Known(
        "keras.io",
        "mean over batch of sum BCE + KL",
        Written("bce", pixels_summed=True),
        Size(784, 2, 128),
        "keras-team/keras-io examples/generative/vae.py: MNIST",
    ),
)
