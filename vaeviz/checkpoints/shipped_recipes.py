"""The shipped dedicated models, by name: the settings in a checkpoint's manifest.

The models of a pair have the same layers, seed, batches and steps. An autoencoder and a VAE differ
in `variational` alone; `-one-sigma2` and `-pixel-sigma2` in `likelihood`, so that the latter's last
layer is twice as wide. Chosen by trial on held-out examples (seed 0, d = 2 but for those of σ²):

- A Bernoulli decoder at β = 1, the ELBO itself, so that there is no σ² to choose. Its
  autoencoder's codes have deviations of 5 to 9, those of a Gaussian one under 2: the pair
  shows this difference.
- mnist-5k: three layers 192-96-32 have J = 151.2 nats and 70 % of the classes right by the 10
  nearest codes; two layers 192-128 have 154.6 and 65 %. More than 4,000 steps gain nothing: the
  autoencoder's error rises.
- digits: 6,000 steps have J = 23.9 nats and 90 %; 2,000 steps have 24.3 and 86 %.
- mnist-5k-conv: at d = 8 with 16 and 32 channels, J falls from 122.4 (1,000 steps) to 119.4
  (2,000).
- One σ² or one per pixel, d = 16: as many steps as the ELBO of one σ² rises. Digits: 31.1 nats at
  3,000, less from then on (18.9 at 10,000); that of a σ² per pixel is 80.1, and 86.5 at
  9,000. mnist-5k: 349.9 at 4,000, where 500 steps gain 1 (353.3 at 7,000); a σ² per pixel
  has 1,533.4 (1,583.7).
- `-16d`: the other likelihoods beside digits-one-sigma2, with its layers, seed, batches and steps.
"""

from __future__ import annotations

from dataclasses import replace

from vaeviz.config import RunSettings

_DIGITS = RunSettings("digits", "bernoulli", widths=(128, 128), latent=2, steps=6000)
_MNIST = RunSettings("mnist-5k", "bernoulli", widths=(192, 96, 32), latent=2, steps=4000)
_ONE = "gaussian-learned"  # σ²; one per pixel in the other model of the pair
_DIGITS_16 = RunSettings("digits", _ONE, widths=(128, 128), latent=16, steps=3000)
_MNIST_16 = RunSettings("mnist-5k", _ONE, widths=(96, 64), latent=16, steps=4000)
_CONV = RunSettings(
    "mnist-5k", "bernoulli", "conv", widths=(16, 32), latent=8, learning_rate=2e-3, steps=3000
)

RECIPES = {
    "digits-ae-2d": replace(_DIGITS, variational=False),
    "digits-vae-2d": _DIGITS,
    "mnist-5k-ae-2d": replace(_MNIST, variational=False),
    "mnist-5k-vae-2d": _MNIST,
    "mnist-5k-conv": _CONV,
    "digits-one-sigma2": _DIGITS_16,
    "digits-pixel-sigma2": replace(_DIGITS_16, likelihood="gaussian-per-pixel"),
    "digits-bernoulli-16d": replace(_DIGITS_16, likelihood="bernoulli"),
    "digits-continuous-16d": replace(_DIGITS_16, likelihood="continuous-bernoulli"),
    "digits-categorical-16d": replace(_DIGITS_16, likelihood="categorical"),
    "mnist-5k-one-sigma2": _MNIST_16,
    "mnist-5k-pixel-sigma2": replace(_MNIST_16, likelihood="gaussian-per-pixel"),
}
