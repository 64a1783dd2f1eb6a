"""The linear VAE, exactly: p(x|z) = N(Wz + m, sigma2 I), q(z|x) = N(V(x - m), diag variances).

Lucas, Tucker, Grosse & Norouzi 2019, "Don't Blame the ELBO!" (arXiv:1911.02469); Tipping & Bishop
1999, "Probabilistic Principal Component Analysis", JRSS B 61(3). For covariance eigenpairs
(lambda_i, u_i) and tau = beta sigma2, the minimum of J = D + beta R has dimension i active iff
lambda_i > tau, and then

    w_i = sqrt(lambda_i - tau) u_i,   v_i = w_i / lambda_i,   variance_i = tau / lambda_i,
    Var(mu_i) = 1 - tau / lambda_i,   KL_i = 1/2 log(lambda_i / tau),
    E||x - x_hat||^2 = k tau + sum_{i>k} lambda_i   for k active dimensions.

Why: sigma2 J = 1/2 E||x - x_hat||^2 + tau R + const depends on beta and sigma2 only through tau, so
its minimum is that of beta = 1 at decoder variance tau: probabilistic PCA. At beta = 1 the ELBO is
the exact log-likelihood; elsewhere it lies below it by the mean KL(q(z|x) || p(z|x)). All is
float64, in nats per example.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from vaeviz.config import UserError
from vaeviz.theory import water_filling
from vaeviz.theory.water_filling import Floats

LOG_2PI = math.log(2 * math.pi)


@dataclass(frozen=True, eq=False)
class Spectrum:
    """A data set's mean (D,), eigenvalues (D,), descending, and eigenvectors (D, D) in columns."""

    mean: Floats
    eigenvalues: Floats
    eigenvectors: Floats

    def __post_init__(self) -> None:
        _freeze(self.mean, self.eigenvalues, self.eigenvectors)


@dataclass(frozen=True, eq=False)
class LinearVAE:
    """The optimum for one (spectrum, beta, sigma2, latent); dimension i is principal component i.

    W (D, d), V (d, D), variances (d,), kl (d,) = mean KL of each dimension, var_mu (d,) =
    Var_x(mu_i). `squared_error` is E||x - x_hat||^2 with sampled z; `distortion` is -E log p(x|z)
    with all its constants.
    """

    mean: Floats
    W: Floats
    V: Floats
    variances: Floats
    kl: Floats
    var_mu: Floats
    beta: float
    sigma2: float
    squared_error: float
    distortion: float
    spectrum: Spectrum = field(repr=False)

    def __post_init__(self) -> None:
        _freeze(self.mean, self.W, self.V, self.variances, self.kl, self.var_mu)

    @property
    def tau(self) -> float:
        """beta * sigma2, the water level."""
        return self.beta * self.sigma2

    @property
    def active(self) -> int:
        """The number of dimensions that carry information."""
        return int((self.kl > 0).sum())

    @property
    def rate(self) -> float:
        """R, nats per example."""
        return float(self.kl.sum())

    @property
    def elbo(self) -> float:
        """-(D + R), nats per example."""
        return -(self.distortion + self.rate)

    @property
    def objective(self) -> float:
        """J = D + beta R, nats per example."""
        return self.distortion + self.beta * self.rate

    @property
    def log_likelihood(self) -> float:
        """The model's mean exact log p(x) over the data, nats per example."""
        return ppca_log_likelihood(self.spectrum, self.W, self.sigma2)

    @property
    def gap(self) -> float:
        """Log-likelihood minus ELBO: the mean KL(q(z|x) || p(z|x)); 0 at beta = 1."""
        return self.log_likelihood - self.elbo

    def encode(self, x: Floats) -> tuple[Floats, Floats]:
        """mu and logvar, each (B, d), of examples (B, D)."""
        mu = (x - self.mean) @ self.V.T  # (B, d)
        return mu, np.broadcast_to(np.log(self.variances), mu.shape)

    def decode(self, z: Floats) -> Floats:
        """The decoder's means (B, D) of codes (B, d)."""
        return z @ self.W.T + self.mean


def spectrum(x: ArrayLike) -> Spectrum:
    """Mean and principal components of examples (N, D); the covariance is divided by N.

    Directions in which the data do not vary get eigenvalue 0 exactly, not rounding noise.
    """
    data = np.asarray(x, dtype=np.float64)
    mean = data.mean(0)
    values, vectors = np.linalg.eigh((data - mean).T @ (data - mean) / len(data))
    values, vectors = values[::-1], vectors[:, ::-1]
    noise = np.finfo(np.float64).eps * len(values) * max(values[0], 0.0)
    return Spectrum(mean, np.where(values > noise, values, 0.0), vectors.copy())


def solve(spectrum: Spectrum, beta: float, sigma2: float, latent: int) -> LinearVAE:
    """The global minimum of J = D + beta R; needs beta, sigma2 > 0 (at 0 the rate is infinite)."""
    if not (0 < beta < math.inf and 0 < sigma2 < math.inf and 0 < beta * sigma2 < math.inf):
        raise UserError(
            f"no optimum at β = {beta:g}, σ² = {sigma2:g}: give two positive, finite numbers"
        )
    tau = beta * sigma2
    values, vectors = _first(spectrum, latent)  # (d,), (D, d)
    level = np.maximum(values, tau)  # (d,): lambda_i where active, tau elsewhere
    W = vectors * np.sqrt(level - tau)
    error = float(water_filling.squared_error(spectrum.eigenvalues, tau, latent))
    return LinearVAE(
        mean=spectrum.mean,
        W=W,
        V=(W / level).T,
        variances=tau / level,
        kl=0.5 * np.log(level / tau),
        var_mu=1 - tau / level,
        beta=beta,
        sigma2=sigma2,
        squared_error=error,
        distortion=0.5 * (len(spectrum.mean) * (LOG_2PI + math.log(sigma2)) + error / sigma2),
        spectrum=spectrum,
    )


def ppca_log_likelihood(spectrum: Spectrum, W: Floats, sigma2: float) -> float:
    """Mean log N(x; m, C), C = W W' + sigma2 I, over the data: Tipping & Bishop 1999, equation 4.

    For any W (D, d), orthogonal columns or not; by the matrix inversion lemma in d dimensions.
    """
    n, d = W.shape
    M = W.T @ W + sigma2 * np.eye(d)
    projected = spectrum.eigenvectors.T @ W  # (D, d)
    WSW = (projected * spectrum.eigenvalues[:, None]).T @ projected  # (d, d)
    trace = (spectrum.eigenvalues.sum() - np.trace(np.linalg.solve(M, WSW))) / sigma2  # tr(S / C)
    log_det = np.linalg.slogdet(M)[1] + (n - d) * math.log(sigma2)
    return float(-0.5 * (n * LOG_2PI + log_det + trace))


def optimal_sigma2(spectrum: Spectrum, beta: float, latent: int) -> float:
    """The sigma2 of the least J: sum_{i>k} lambda_i / (D - beta k), with k active at that sigma2.

    There D sigma2 equals the squared error E(beta sigma2). E is concave in sigma2, and E(0) is what
    `latent` dimensions cannot hold. If that is positive there is exactly one solution. If it is 0
    (latent >= rank r) there is one iff beta r > D; at beta r = D every sigma2 up to lambda_r / beta
    is equally good and the greatest is returned; below, J falls without bound as sigma2 -> 0, and
    the result is 0.
    """
    values, n = spectrum.eigenvalues, len(spectrum.eigenvalues)
    tails = np.concatenate([np.cumsum(values[::-1])[::-1], [0.0]])  # tails[k] = sum_{i>k} lambda_i
    last = min(latent, n)
    k = next((k for k in range(last) if beta * tails[k] >= values[k] * (n - beta * k)), last)
    return float(tails[k] / (n - beta * k)) if beta * k < n else 0.0


def curve(spectrum: Spectrum, taus: ArrayLike, latent: int) -> tuple[Floats, Floats]:
    """Rates (T,) in nats and squared errors (T,) at levels (T,): the rate-distortion curve."""
    values = spectrum.eigenvalues
    return water_filling.rate(values, taus, latent), water_filling.squared_error(
        values, taus, latent
    )


def _first(spectrum: Spectrum, latent: int) -> tuple[Floats, Floats]:
    """Eigenvalues (d,) and eigenvectors (D, d) of the first `latent` components; zeros beyond D."""
    values, vectors = spectrum.eigenvalues[:latent], spectrum.eigenvectors[:, :latent]
    beyond = latent - len(values)
    return np.pad(values, (0, beyond)), np.pad(vectors, ((0, 0), (0, beyond)))


def _freeze(*arrays: Floats) -> None:
    for array in arrays:
        array.setflags(write=False)
