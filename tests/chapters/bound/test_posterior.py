"""The tool True posterior: what its scenes and its numbers say is so."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.chapters.session import Session
from vaeviz.chapters.bound import posterior
from vaeviz.chapters.catalogue import chapter

CHAPTER = chapter("bound")
NO_CONTEXT: Any = None  # scenes need none


def opened(**settings: Any) -> Session:
    session = Session(CHAPTER)
    session.opens(tool="posterior", **{name: str(value) for name, value in settings.items()})
    session.settled()
    return session


def readout(session: Session, label: str) -> float:
    row = next(row for row in session.header["readouts"] if row[0] == label)
    return float(row[1].replace("−", "-").replace(",", ""))


def scene(name: str) -> Session:
    view: Any = posterior.BoundView()
    found = next(s for s in posterior.scenes(view, NO_CONTEXT) if s.name == name)
    return opened(**found.settings)


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("Bent", 3.2, 3.35), ("A good fit", 0.05, 0.15), ("Wrong place", 20, 30),
     ("β = 4", 1.5, 3.0), ("Vague decoder", 0.0, 0.3)],
)  # fmt: skip
def test_the_gap_of_a_scene_is_what_its_line_says(name: str, low: float, high: float) -> None:
    session = scene(name)
    assert low < readout(session, "gap") < high
    assert readout(session, "gap") == pytest.approx(readout(session, "KL"), abs=0.03)
    parts = readout(session, "log p(x)") - readout(session, "gap")
    assert parts == pytest.approx(readout(session, "ELBO"), abs=0.02)
    assert -readout(session, "D") - readout(session, "R") == pytest.approx(parts, abs=0.03)


def test_at_beta_4_q_is_wider_than_the_true_posterior() -> None:
    session = scene("β = 4")
    truth, *_, ring = session.header["panels"]["truth"]["figure"]["data"]
    z, u, v = (np.asarray(truth[name]) for name in ("z", "x", "y"))
    mass = (z**2).sum(0) / (z**2).sum()  # the colour is the density's square root
    deviation = np.sqrt(mass @ u**2 - (mass @ u) ** 2)
    assert np.ptp(np.asarray(ring["x"])) / 4 > 1.3 * deviation
    assert v.shape == u.shape


def test_the_axes_hold_q_and_the_posterior_for_every_digit() -> None:
    session = opened()
    for example in range(0, 40, 5):
        session.says(example=example)
        layout = session.settled()["panels"]["truth"]["figure"]["layout"]
        for trace in session.header["panels"]["truth"]["figure"]["data"][1:]:
            for name in ("x", "y"):
                low, high = layout[f"{name}axis"]["range"]
                assert low <= np.min(trace[name])
                assert np.max(trace[name]) <= high


def test_d_stays_two_and_a_model_is_no_choice() -> None:
    session = opened(d=8, model="digits-vae-2d", example=10**6)
    assert session.header["settings"]["d"] == 2
    assert session.header["settings"]["model"] == "multi-rate"
    assert session.header["settings"]["example"] == 358
    assert {control["name"] for control in session.header["controls"]} == {
        "data", "likelihood", "beta", "sigma2", "example",
    }  # fmt: skip


def test_a_click_on_the_map_chooses_the_example() -> None:
    session = opened()
    assert session.header["settings"]["click"] == "example"
    assert session.header["panels"]["map"]["figure"]["layout"]["meta"]["pick"] is True
