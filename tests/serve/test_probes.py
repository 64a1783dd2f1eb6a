"""Probe sets: the held-out examples that pages show, and what is remembered of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from vaeviz import data
from vaeviz.config import UserError
from vaeviz.measures.codecs.codec import LinearCodec
from vaeviz.records import Array
from vaeviz.serve import probes


def test_observers_remember_by_probe_codec_tau_and_d() -> None:
    probe = probes.probe("digits", patience=60)
    assert probe is not None
    ask = probes.observer(probe, probe.linear)
    assert ask(0.1, 4) is probes.observer(probe, probe.linear)(0.1, 4)
    assert ask(0.1, 4) is not ask(0.1, 5)
    other = LinearCodec(probe.linear._spectrum, 16)
    assert probes.observer(probe, other)(0.1, 4) is not ask(0.1, 4)


class Flat:
    """A codec whose every posterior mean is `value`; it goes as soon as nobody holds it."""

    source, likelihood, latent, tau_range = "a test", "gaussian", 2, (1e-3, 10.0)

    def __init__(self, value: float) -> None:
        self.value = value

    def encode(self, x: Array, tau: float, d: int) -> tuple[Array, Array]:
        return np.full((len(x), d), self.value), np.zeros((len(x), d))

    def loss(self, x: Array, z: Array, tau: float, d: int) -> Array:
        return np.zeros(len(x))


def test_a_codec_that_is_gone_is_not_taken_for_a_new_one() -> None:
    """CPython gives a new object the address of a dead one: an id alone would mix them up."""
    probe: Any = probes.probe("digits", patience=60)
    for k in range(20):
        codec: Any = Flat(k)
        assert probes.observer(probe, codec)(0.0123, 2).mu[0, 0] == k
        del codec


def test_a_probe_set_is_held_out_data_of_at_most_a_thousand() -> None:
    dataset = data.load("mnist-5k")
    probe = probes.probe("mnist-5k", patience=60)
    assert probe is not None
    np.testing.assert_array_equal(probe.x, dataset.held_out[:1000])
    np.testing.assert_array_equal(probe.labels, dataset.held_out_labels[:1000])
    assert probe.noise.shape == (1000, 16)
    probe.x[0, 0] += 0  # a copy that torch may look into without a warning


def test_a_data_set_that_cannot_be_had_says_so_and_can_be_tried_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    tried = []

    def offline(name: str, report: object) -> data.Dataset:
        tried.append(name)
        raise UserError("no network: choose mnist-5k")

    monkeypatch.setattr(data, "load", offline)
    for _ in range(2):
        with pytest.raises(UserError, match="choose mnist-5k"):
            probes.probe("mnist", patience=10)
    assert tried == ["mnist", "mnist"]


@pytest.mark.parametrize("name", ["digits", "mnist-5k", "moons", "rings"])
def test_the_usual_examples_are_of_the_first_two_classes(name: str) -> None:
    made = probes.probe(name, patience=120)
    assert made is not None
    a, b = made.pair
    assert a != b
    assert [made.labels[a], made.labels[b]] == [0, 1]
    assert not (made.labels[:a] == 0).any()
    assert not (made.labels[:b] == 1).any()
