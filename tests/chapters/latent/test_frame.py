"""The frame says what was measured: read-outs, colours, and the model by a tag of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from tests.chapters.latent.contexts import closed_form
from tests.chapters.latent.spaces import autoencoder, digits, drawn
from vaeviz.chapters.latent import chapter
from vaeviz.chapters.latent.chapter import colours, readouts, show, space_key
from vaeviz.chapters.latent.files import point
from vaeviz.chapters.latent.space import Space
from vaeviz.chapters.latent.view import LatentView
from vaeviz.figures.theme import THEMES
from vaeviz.live.message import pack, unpack
from vaeviz.serve import jobs
from vaeviz.serve.probes import Probe

Probes = Callable[[str], Probe]
VIEW = LatentView(data="digits", d=3, point="1,-0.5,2")


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chapter, "PATIENCE", 60)


def sent(probe: Probe, held: dict[str, Any] | None = None, view: LatentView = VIEW) -> Any:
    """What arrives of a frame in a browser that holds these parts."""
    parts = {} if held is None else held
    frame = show(view, closed_form(probe, parts))
    return unpack(pack({}, parts.keys(), **frame.extra), parts)


def rows(view: LatentView, s: Space) -> dict[str, str]:
    return {str(label): str(value) for label, value, _, _ in readouts(view, s)}


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def test_the_model_goes_only_where_it_lacks(probe: Probes, monkeypatch: pytest.MonkeyPatch) -> None:
    p, held = probe("digits"), {}
    first = sent(p, held)
    assert (first["empty"], first["model"]["key"]) == ("", space_key(VIEW, closed_form(p)))
    np.testing.assert_array_equal(first["point"], [1, -0.5, 2])
    monkeypatch.setattr(chapter, "model", lambda s: pytest.fail("the browser holds the model"))
    again = sent(p, held)
    np.testing.assert_array_equal(again["model"]["mu"], first["model"]["mu"])


def test_what_is_shown_is_named_while_its_space_is_encoded_again(
    probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    p, held = probe("digits"), {}
    sent(p, held)
    while "densities" not in sent(p, held)["extras"]:
        pass
    monkeypatch.setattr(chapter, "encoded", lambda view, context, key: None)
    waiting = sent(p, held)
    assert (waiting["empty"], set(waiting["extras"])) == ("", {"densities"})
    assert waiting["model"]["key"] == space_key(VIEW, closed_form(p))
    without = sent(p)
    assert "model" not in without
    assert (without["empty"] != "", without["extras"], without["keeps"]) == (True, {}, [])


def test_all_sessions_share_a_space(probe: Probes) -> None:
    for _ in range(2):
        show(VIEW, closed_form(probe("digits")))
    key = space_key(VIEW, closed_form(probe("digits")))
    first, second = (chapter.encoded(VIEW, closed_form(probe("digits")), key) for _ in range(2))
    assert first is second
    assert first is not None
    assert jobs.STORE.lane(jobs.ENCODE)._futures.keys() == {("space", key)}


@pytest.mark.parametrize("name", list(THEMES))
def test_colours_are_the_themes(name: str) -> None:
    made = colours(THEMES[name])
    assert made["prior"] == THEMES[name].prior
    assert all(colour.startswith("#") for colour in [*made["classes"], made["ink"]])
    assert set(made) == {*chapter.COLOURS, "classes"}


@pytest.mark.parametrize(("text", "z"), [("1,-0.5,2", [1, -0.5, 2]), ("", [0, 0, 0])])
def test_the_point_is_the_views_or_the_origin(text: str, z: list[float]) -> None:
    np.testing.assert_array_equal(point(LatentView(d=3, point=text)), z)


def test_read_outs_are_the_records_numbers() -> None:
    s, made = digits(), rows(VIEW, digits())
    assert s.logvar is not None
    assert number(made["R (nats)"]) == pytest.approx(s.kl.sum(), abs=0.006)
    z = np.array([1, -0.5, 2])
    assert number(made["log p(z)"]) == pytest.approx(
        multivariate_normal.logpdf(z, np.zeros(3)), abs=0.006
    )
    inside = [
        multivariate_normal.pdf(z, m, np.diag(v))
        for m, v in zip(s.mu, np.exp(s.logvar), strict=True)
    ]
    assert number(made["log q(z)"]) == pytest.approx(np.log(np.mean(inside)), abs=0.006)
    assert "-" not in made["log p(z)"]


def test_an_autoencoder_has_no_rate_and_no_posterior() -> None:
    assert set(rows(VIEW, autoencoder())) == {"log p(z)"}


@pytest.mark.parametrize(("dead", "level"), [(0, ""), (1, ""), (2, "warning"), (4, "alarm")])
def test_the_alarm_counts_collapsed_dimensions(dead: int, level: str) -> None:
    mu = np.tile([[-2.0], [2.0]], (1, 10))
    mu[:, :dead] = 0
    logvar = np.where(np.arange(10) < dead, 0.3, -2.0)  # a KL of 0.025 nats, where it has collapsed
    s = drawn(mu, np.tile(logvar, (2, 1)))
    (row,) = [row for row in readouts(LatentView(d=10), s) if row[0] == "collapsed"]
    assert (row[1], row[3]) == (f"{dead} of 10", level)
