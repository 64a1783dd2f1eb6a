"""The known losses on their data, and on data of another size."""

from __future__ import annotations

import pytest

from vaeviz.theory.effective_beta import Size, Written, tau
from vaeviz.theory.known_losses import KNOWN

BY_NAME = {known.name: known for known in KNOWN}


def test_names_are_different_and_every_loss_has_its_source() -> None:
    assert len(BY_NAME) == len(KNOWN)
    assert all(known.source and known.words for known in KNOWN)


@pytest.mark.parametrize("name", ["pytorch/examples", "keras.io"])
def test_summed_cross_entropies_are_beta_one_at_any_size(name: str) -> None:
    for size in (BY_NAME[name].home, Size(64, 16, 7)):
        assert size is not None
        assert tau(BY_NAME[name].loss, size) == pytest.approx(1)


def test_pytorch_vae_stands_at_1_54_on_its_own_images() -> None:
    """w D / 2 = 0.00025 · 12,288 / 2."""
    known = BY_NAME["PyTorch-VAE"]
    assert known.home is not None
    assert tau(known.loss, known.home) == pytest.approx(1.536)


def test_pytorch_vae_stood_at_1_36_before() -> None:
    """w D / 2 = 144/162,770 · 12,288 / 2 = 5.436 in [−1, 1], a quarter of it in [0, 1]."""
    before = Written(weight=144 / 162_770, span=2.0)
    assert tau(before, Size(3 * 64 * 64, 128, 144)) == pytest.approx(1.359, abs=1e-3)


def test_mse_of_the_digits() -> None:
    size = Size(64, 16, 128)
    assert tau(BY_NAME["mean MSE"].loss, size) == pytest.approx(32)
    assert tau(BY_NAME["means everywhere"].loss, size) == pytest.approx(2)
    assert tau(BY_NAME["summed MSE"].loss, size) == pytest.approx(0.5)
    assert tau(BY_NAME["half MSE"].loss, size) == pytest.approx(1)
