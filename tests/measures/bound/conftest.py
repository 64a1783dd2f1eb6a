"""Digits and their multi-rate model at two latent dimensions."""

from __future__ import annotations

import pytest

from vaeviz.measures.bound.joint import Joint
from vaeviz.measures.codecs.codec import Codec
from vaeviz.serve import models, probes
from vaeviz.serve.probes import Probe


@pytest.fixture(scope="session")
def digits() -> Probe:
    probe = probes.probe("digits", 60)
    assert probe is not None
    return probe


@pytest.fixture(scope="session")
def codec(digits: Probe) -> Codec:
    made = models.multi_rate(digits, "gaussian", 60)
    assert made is not None
    return made


@pytest.fixture(scope="session")
def joint(codec: Codec) -> Joint:
    return Joint(codec, 0.05, 2, 0.05)
