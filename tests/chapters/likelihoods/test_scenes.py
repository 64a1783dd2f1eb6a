"""The chapter Likelihoods: what its scenes claim."""

from __future__ import annotations

from dataclasses import replace

import pytest

from vaeviz.chapters.chapter import Context
from vaeviz.chapters.likelihoods import compare
from vaeviz.chapters.likelihoods import pixel as page
from vaeviz.figures.theme import LIGHT
from vaeviz.theory.pixel import Pixel, pixel

CONTEXT = Context(LIGHT)
SCENES = {scene.name: scene.settings for scene in page.scenes(page.PixelView(), CONTEXT)}


def at(name: str) -> Pixel:
    view = replace(page.PixelView(), **SCENES[name])
    return pixel(view.grey, view.output, view.variance)


def test_scenes_of_one_pixel_keep_their_word() -> None:
    assert at("λ = ½").area == pytest.approx(0.5)
    assert at("Nearly white").area == pytest.approx(0.247, abs=5e-4)
    assert at("A grey pixel").mean == pytest.approx(0.3, abs=0.01)
    assert at("A grey pixel").best == pytest.approx(0.06, abs=0.01)
    assert at("A small σ²").gaussian < -2.3  # a density over 10


def test_four_models_are_drawn_and_measured() -> None:
    frame = compare.show(compare.CompareView(), CONTEXT)
    while frame.pending:
        frame = compare.show(compare.CompareView(), CONTEXT)
    assert set(frame.panels) == {"pictures", "bits", "numbers"}
    assert frame.panels["pictures"].images.shape == (9, 6, 8, 8)  # type: ignore[union-attr]
    assert len(frame.readouts) == 4
