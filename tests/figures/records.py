"""Artificial records for the figure tests, with distinctive numbers."""

from __future__ import annotations

import numpy as np

from vaeviz.records import Chosen, KLBars, LatentMap, PlaneView, RateDistortion
from vaeviz.records.fidelity import Spectra

RNG = np.random.default_rng(4)
MAP = LatentMap(
    points=RNG.normal(size=(60, 2)) * [1.0, 0.5],
    labels=np.arange(60) % 3,
    class_names=("one", "two", "three"),
    dims=(3, 0),
    chosen=(
        Chosen("A", 0, np.array([1.5, -0.5]), np.array([0.25, 0.75])),
        Chosen("B", 7, np.array([-2.0, 2.0]), np.array([1.0, 1.0])),
    ),
    span=3.6,
    source="a test",
)
KL = KLBars(
    kl=np.array([0.02, 2.5, 0.7, 0.0, 1.25]),
    linear=np.array([2.4, 1.5, 0.6, 0.0, 0.0]),
    threshold=0.1,
    top=4.0,
    source="a test",
)
RATES = np.linspace(8, 0, 30)
RD = RateDistortion(
    rates=RATES,
    losses=4 * np.exp(-RATES / 3),
    linear_rates=RATES,
    linear_losses=5 * np.exp(-RATES / 3),
    rate=3.0,
    loss=1.5,
    slope=0.5,
    beta=2.0,
    right=9.0,
    top=5.0,
    unit="½‖x − x̂‖²",
    nats=((0.2, -88.61), (1.75, 3.4), (3.0, 812.0), (4.75, 12_345.0)),
    source="a test",
)
PLANE = PlaneView(
    "Reconstructions over the data",
    (
        ("data", "data", RNG.normal(size=(20, 2))),
        ("reconstructions", "decoder", RNG.normal(size=(20, 2)) + 1),
        ("A to B", "path", RNG.normal(size=(10, 2))),
    ),
    -3.0,
    3.0,
    "a test",
)
SPECTRA = Spectra(
    kl=np.array([4.0, 2.0, 0.5]),
    dedicated=np.array([[3.0, 2.5, 0.5], [4.0, 1.5, 0.3]]),
    apart=0.6,
    top=5.0,
    source="a test",
)
