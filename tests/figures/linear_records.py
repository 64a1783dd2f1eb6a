"""Records of the linear laboratory for the figure tests, with distinctive numbers."""

from __future__ import annotations

import numpy as np

from vaeviz.records.laboratory import Bound, KLPair, Levels

LEVELS = Levels(
    eigenvalues=np.array([2.0, 1.0, 0.5, 0.25, 0.1, 0.0]),
    kept=np.array([0.3, 0.3, 0.3, 0.25, 0.1, 0.0]),
    tau=0.3,
    latent=4,
    low=0.01,
    high=10.0,
    source="a test",
)
PAIR = KLPair(
    exact=np.array([2.0, 1.0, 0.05, 0.0]),
    trained=np.array([2.02, 0.97, 0.06, 0.0]),
    state="trained",
    threshold=0.1,
    top=3.0,
    source="a test",
)
BETAS = np.geomspace(1e-2, 100, 9)
LINEAR_BOUND = Bound(
    symbol="β",
    x=BETAS,
    elbo=-20 - 5 * np.abs(np.log10(BETAS)),
    log_likelihood=-20 - np.abs(np.log10(BETAS)),
    at=10.0,
    elbo_at=-25.0,
    likelihood_at=-21.0,
    best=1.0,
    named="no gap",
    low=-32.0,
    high=-18.0,
    source="a test",
)
