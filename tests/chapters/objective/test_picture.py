"""The tool On a picture: what its scenes claim, of the shipped model."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.chapters.session import at
from vaeviz.chapters.model import answer
from vaeviz.chapters.objective.picture import TOOL, PictureView, scenes, stepped
from vaeviz.records.walk import Walk
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]


def taken(probe: Probe, name: str) -> Walk:
    context = at(probe, TOOL)
    named = {scene.name: scene.settings for scene in scenes(PictureView(), context)}
    view = replace(PictureView(data=probe.data.name), **named[name])
    until = time.monotonic() + 60
    while (prepared := answer.prepare(view, context)).pending:
        assert time.monotonic() < until
        time.sleep(0.02)
    return stepped(prepared.shown, context)


def test_scenes_keep_their_word(probe: Probes) -> None:
    mnist = probe("mnist-5k")
    trained, pushed, wide = (taken(mnist, name) for name in ("As trained", "Push μ", "Widen σ"))
    assert pushed.mu[0] == pytest.approx(trained.mu[0] + 1.5)
    assert pushed.nll > trained.nll + 10
    assert pushed.nll_d_mu[0] > 0  # against the push
    assert wide.nll > trained.nll
    assert wide.kl.sum() < trained.kl.sum()
    assert wide.nll_d_logvar[0] > abs(wide.kl_d_logvar[0])  # the likelihood pulls σ down
