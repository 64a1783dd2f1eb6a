"""The tool Gaps: what its scenes say is so, and what it shows while it tunes."""

from __future__ import annotations

import time
from typing import Any

import pytest

from tests.chapters.session import Session, at
from vaeviz.chapters.bound import families, predictions
from vaeviz.chapters.catalogue import chapter
from vaeviz.measures.bound.gaps import gaussian_kinds
from vaeviz.measures.bound.joint import Joint
from vaeviz.measures.bound.true_posterior import true_posterior
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records.gaps import TITLES
from vaeviz.serve import models, probes
from vaeviz.serve.probes import Probe

CHAPTER = chapter("bound")
NO_CONTEXT: Any = None  # scenes need none


def settled(session: Session) -> Session:
    until = time.monotonic() + 120
    while session.header["pending"]:
        assert time.monotonic() < until, session.header["notes"]
        time.sleep(0.1)
        session.says()
    return session


def opened(**settings: Any) -> Session:
    session = Session(CHAPTER)
    session.opens(tool="gaps", **{name: str(value) for name, value in settings.items()})
    return settled(session)


def readouts(session: Session) -> dict[str, float]:
    return {row[0]: float(row[1].replace("−", "-")) for row in session.header["readouts"]}


def parts() -> tuple[Probe, Codec]:
    """Digits and the multi-rate model."""
    probe = probes.probe("digits", 60)
    assert probe is not None
    codec = models.multi_rate(probe, "gaussian", 60)
    assert codec is not None
    return probe, codec


def split(name: str) -> dict[str, float]:
    """The gap of each Gaussian kind at the example of a scene."""
    found = next(s for s in families.scenes(families.GapsView(), NO_CONTEXT) if s.name == name)
    settings = dict(found.settings)
    assert (settings["data"], settings["beta"], settings["sigma2"]) == ("digits", 1.0, 0.05)
    probe, codec = parts()
    joint, x = Joint(codec, 0.05, 2, 0.05), probe.x[settings["example"]]
    evidence = true_posterior(joint, x).evidence
    return {name: evidence - kind.elbo for name, kind in gaussian_kinds(joint, x).kinds.items()}


def test_what_the_scenes_say_is_so() -> None:
    encoder = split("The encoder's fault")
    assert encoder["encoder"] > 26
    assert encoder["diagonal"] < 0.1
    slanted = split("A slanted q")
    assert slanted["full"] < 0.1 * slanted["diagonal"]
    family = split("The family's fault")
    assert 0.9 < family["full"] < 1.1


def test_the_read_outs_split_the_gap_and_the_planar_flow_bends() -> None:
    rows = readouts(opened(example=3))
    assert rows["amortization"] + rows["approximation"] == pytest.approx(rows["gap"], abs=0.03)
    assert rows["gap, full"] < rows["approximation"]
    assert rows["gap, planar flow"] < 0.25 * rows["gap, full"]
    assert rows["gap, spline flow"] < 0.25 * rows["gap, full"]


def test_while_it_tunes_the_encoders_q_is_there_and_the_rest_is_named() -> None:
    session = Session(CHAPTER)
    header = session.opens(tool="gaps", example="31", beta="2")
    assert header["pending"]
    meta = header["panels"]["kinds"]["figure"]["layout"]["meta"]
    assert all(title in meta["title"] for title in list(TITLES.values())[1:])
    assert len(header["panels"]["truth"]["figure"]["data"]) == 5
    assert "24" in header["panels"]["stack"]["figure"]["layout"]["meta"]["title"]
    rows = {row[0]: row[1] for row in header["readouts"]}
    assert float(rows["gap"]) > 0
    assert rows["amortization"] == "tuning …"


def test_the_chosen_family_is_drawn_and_its_bar_has_its_colour() -> None:
    session = opened(example=3, family="full")  # the same tuning as before
    full = session.header["panels"]["truth"]["figure"]["data"][-1]
    session.says(family="planar")
    settled(session)
    planar = session.header["panels"]["truth"]["figure"]["data"][-1]
    assert len(full["x"]) == len(planar["x"])
    assert abs(full["x"] - planar["x"]).max() > 0.02
    bars = {t["name"]: t for t in session.header["panels"]["kinds"]["figure"]["data"]}
    colours = {bars[title]["line"]["color"] for title in TITLES.values() if title != "planar flow"}
    assert bars["planar flow"]["line"]["color"] not in colours


def test_the_predictions_measure_the_tuned_q_and_the_encoders() -> None:
    session = opened(example=3)
    probe, codec = parts()
    context, view = at(probe, families.TOOL, codec), families.GapsView(example=3)
    vaguer, stronger = predictions.GAPS
    for _ in range(400):
        found = vaguer.measure(view, context)
        if found is not None:
            break
        time.sleep(0.05)
    rows = readouts(session)
    assert found == pytest.approx(rows["approximation"], abs=0.01)
    assert stronger.measure(view, context) == pytest.approx(rows["gap"], abs=0.01)
    assert vaguer.move(view) == {"sigma2": 0.2}
    assert stronger.move(view) == {"beta": 0.2}
