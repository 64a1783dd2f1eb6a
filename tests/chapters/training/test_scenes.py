"""The ready twins do what their lines say. Trained here with the scene's own settings and seed, as
far as the line's numbers stand: they are the same at the end of the whole run.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from vaeviz import data
from vaeviz.chapters.training.plan import KINDS, Plan
from vaeviz.chapters.training.scenes import FREE, SCENES
from vaeviz.measures.latent.holes import near_distance
from vaeviz.measures.latent.neighbours import nearest
from vaeviz.records import Learner
from vaeviz.runs.worker.session import Session
from vaeviz.runs.worker.twins import Line

ALIVE = 0.1  # nats
READY = {scene.name: scene for scene in SCENES}


@cache
def trained(name: str, steps: int) -> tuple[Session, Learner, Learner]:
    """The twins of a scene after so many of its steps."""
    run = Session(Line(*Plan(**READY[name].settings).settings()), data.load("digits"))
    while run.step < steps:
        run.advance()
    a, b = run.frame(graded=False).learners
    return run, a, b


def alive(learner: Learner) -> int:
    return int((learner.kl > ALIVE).sum())


def spread(learner: Learner) -> float:
    """How far the reconstructions of the examples differ in a pixel, of 0 to 1."""
    return float(np.ptp(learner.recon, axis=0).max())


def test_a_scene_sets_its_seed() -> None:
    """Its line was measured with it."""
    assert "seed" not in FREE
    assert {scene.settings["seed"] for scene in SCENES} == {0}
    assert all(KINDS[name] for scene in SCENES for name in scene.settings)


def test_a_warm_up_rescues_three_dimensions_of_four() -> None:
    _, a, b = trained("Collapse and rescue", 1000)
    assert (alive(a), alive(b), len(a.kl)) == (1, 3, 4)
    assert {k - 1 for k in (3, 1)} <= set(np.flatnonzero(b.kl > ALIVE))  # the map's dimensions


def test_free_bits_keep_all_of_eight_dimensions_and_without_five_die() -> None:
    _, a, b = trained("Free bits", 800)
    assert (alive(a), alive(b), len(a.kl)) == (3, 8, 8)


def test_a_strong_decoder_ignores_z_and_its_cured_twin_does_not() -> None:
    _, a, b = trained("Strong decoder | cure", 400)
    assert alive(a) == 0
    assert spread(a) < 0.1
    assert spread(b) > 0.4


def test_a_small_variance_copies_and_draws_no_digits_and_a_large_one_blurs_all() -> None:
    run, a, b = trained("σ² too small | too large", 1200)
    x = data.load("digits").held_out[: len(a.recon)].reshape(len(a.recon), -1)
    errors = [float(((x - learner.recon) ** 2).sum(1).mean()) for learner in (a, b)]
    assert errors[0] < 0.25 * errors[1]
    assert (alive(b), spread(b) < 0.05) == (0, True)
    assert _near(run) < 0.2


def _near(run: Session) -> float:
    """The share of A's draws that lie as near to a training example as held-out examples do."""
    import torch

    held, train = data.load("digits").held_out, data.load("digits").train
    model = run.members[0].model
    z = torch.randn(300, 8, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        draws = model.decode(z).reshape(300, -1).numpy()
    return float((nearest(draws, train)[0] <= near_distance(held, train)).mean())


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_a_line_is_short_enough_for_the_bar(scene: object) -> None:
    notice = getattr(scene, "notice", "")
    assert 20 < len(notice) < 120
