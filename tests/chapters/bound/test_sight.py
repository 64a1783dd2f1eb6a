"""The tool What it sees: what its scenes claim."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.chapters.session import at
from vaeviz.chapters.bound.sight import TOOL, SightView, all_sights, decoder_of, scenes, show
from vaeviz.serve.probes import Probe
from vaeviz.theory.partial_sight import SightGap, gap

Probes = Callable[[str], Probe]


def gaps(probe: Probe, name: str) -> SightGap:
    named = {scene.name: scene.settings for scene in scenes(SightView(), at(probe, TOOL))}
    view = replace(SightView(), **named[name])
    of = all_sights(probe)[view.seen]
    return gap(decoder_of(view, probe), probe.linear.spectrum, of)


def test_scenes_keep_their_word(probe: Probes) -> None:
    digits = probe("digits")
    half, whole = gaps(digits, "Half the picture"), gaps(digits, "All of it")
    assert half.unseen > half.family
    assert whole.unseen == pytest.approx(0, abs=1e-6)
    assert whole.family > 0.1
    straight = gaps(digits, "All, and straight")
    assert straight.family + straight.unseen == pytest.approx(0, abs=1e-6)
    assert gaps(digits, "Blind").unseen > 2 * half.unseen
    assert gaps(digits, "Vague decoder").unseen < half.unseen


@pytest.mark.parametrize("name", ["digits", "moons"])
def test_every_kind_of_data_is_shown(name: str, probe: Probes) -> None:
    frame = show(SightView(data=name, latents=2), at(probe(name), TOOL))
    assert set(frame.panels) == {"sight", "guess", "parts"}
    assert len(frame.readouts) == 4
