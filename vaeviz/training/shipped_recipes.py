"""The dedicated models that are shipped, by name: the settings in a checkpoint's manifest.

An autoencoder and a VAE of a pair are the same network with the same seed, batches and steps; they differ in
`variational` alone. Knows no torch.
"""

from __future__ import annotations

from dataclasses import replace

from vaeviz.config import RunSettings

_DIGITS = RunSettings("digits", widths=(128, 128), latent=2, sigma2=0.05, steps=4000)
_MNIST = RunSettings("mnist-5k", widths=(128, 128), latent=2, sigma2=0.05, steps=4000)
_CONV = RunSettings("mnist-5k", architecture="conv", widths=(16, 32), latent=8, sigma2=0.05, steps=2000)

RECIPES = {
    "digits-ae-2d": replace(_DIGITS, variational=False),
    "digits-vae-2d": _DIGITS,
    "mnist-5k-ae-2d": replace(_MNIST, variational=False),
    "mnist-5k-vae-2d": _MNIST,
    "mnist-5k-conv": _CONV,
}
