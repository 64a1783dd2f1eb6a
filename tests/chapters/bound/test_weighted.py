"""The tool Importance weights: what its scenes say is so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.chapters.session import Session
from vaeviz.chapters.bound import weighted
from vaeviz.chapters.catalogue import chapter
from vaeviz.figures.theme import LIGHT
from vaeviz.figures.weighted_bound import weighted_bound
from vaeviz.serve import models, probes
from vaeviz.theory.importance import KS

CHAPTER = chapter("bound")
NO_CONTEXT: Any = None  # scenes need none


def opened(**settings: Any) -> Session:
    """The page with the network loaded; the mean of fifty examples may be on its way."""
    probe = probes.probe("digits", 60)
    assert probe is not None
    models.multi_rate(probe, "gaussian", 60)
    session = Session(CHAPTER)
    session.opens(tool="weights", **{name: str(value) for name, value in settings.items()})
    return session


def scene(name: str) -> Session:
    found = next(s for s in weighted.scenes(weighted.WeightedView(), NO_CONTEXT) if s.name == name)
    return opened(**found.settings)


def line(session: Session, panel: str, name: str) -> dict[str, Any]:
    drawn = session.header["panels"][panel]["figure"]["data"]
    return next(trace for trace in drawn if trace["name"] == name)


def gaps(session: Session, panel: str = "over") -> np.ndarray:
    return np.asarray(line(session, panel, "L_k")["y"])


def test_a_thousand_draws_close_most_of_a_slow_gap() -> None:
    session = scene("Slow")
    made = gaps(session)
    assert made[0] == pytest.approx(-3.25, abs=0.06)
    assert 0.5 < 1 - made[-1] / made[0] < 0.8
    rows = {row[0]: row[1] for row in session.header["readouts"]}
    assert rows["Var w / E[w]²"] == "not finite"
    assert len(line(session, "over", "delta")["x"]) == 0


def test_a_wide_q_is_fast() -> None:
    fast, slow = gaps(scene("Fast")), gaps(scene("Slow"))
    at = KS.index(10)
    assert fast[at] / fast[0] < 0.1
    assert slow[at] / slow[0] > 0.6


def test_a_few_draws_carry_half_of_the_sum() -> None:
    session = scene("A few draws rule")
    title = session.header["panels"]["weights"]["figure"]["layout"]["meta"]["title"]
    assert title.startswith("2 of 1,000 draws")


def test_the_linear_vae_has_its_closed_form() -> None:
    exact = gaps(scene("Exact"))
    np.testing.assert_allclose(exact, 0, atol=1e-9)
    turned = scene("Turned by 20°")
    assert gaps(turned)[0] == pytest.approx(-0.232, abs=0.03)
    delta = line(turned, "over", "delta")
    turned.settled()
    assert min(delta["x"]) == 5
    at = KS.index(100)
    assert gaps(turned, "average")[at] == pytest.approx(-0.0075, abs=0.005)
    infinite = scene("Turned by 45°")
    assert len(line(infinite, "over", "delta")["x"]) == 0
    assert gaps(infinite)[0] == pytest.approx(-0.508, abs=0.04)


def test_the_mean_waits_until_the_settings_rest_and_says_so() -> None:
    session = opened(by="linear", draw=7)
    assert session.header["pending"]
    meta = session.header["panels"]["average"]["figure"]["layout"]["meta"]
    assert "100,000" in meta["title"]
    assert len(gaps(session)) == len(KS)
    assert len(gaps(session, "average")) == 0
    session.settled()
    assert len(gaps(session, "average")) == len(KS)


def test_the_controls_are_those_of_the_decoder() -> None:
    names = {c["name"] for c in opened().header["controls"]}
    assert "likelihood" in names
    assert not {"angle", "latents"} & names
    session = opened(by="linear")
    names = {c["name"] for c in session.header["controls"]}
    assert {"angle", "latents"} <= names
    assert "likelihood" not in names


def test_a_figure_that_waits_draws_log_p_x_alone() -> None:
    from tests.figures.bound_records import WAITING

    spec = weighted_bound(WAITING, LIGHT)
    assert spec.layout["meta"]["title"] == "Example 3: drawing …"
    assert [len(trace["x"]) for trace in spec.data] == [2, 0, 0, 0, 0]
