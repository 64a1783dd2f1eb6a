"""The message says what was measured: settings, read-outs, and the model only to a board that lacks
it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.stats import multivariate_normal

from tests.ui.latent.spaces import autoencoder, digits, drawn
from vaeviz.figures.theme import THEMES
from vaeviz.live.board import unpack
from vaeviz.ui.latent.choice import Choice
from vaeviz.ui.latent.message import colours, message, point, readouts, settings
from vaeviz.ui.latent.settings import View, parse
from vaeviz.ui.latent.space import Space
from vaeviz.ui.views import Probe

Probes = Callable[[str], Probe]
VIEW = View(data="digits", d=3, point="1,-0.5,2")


def sent(
    probe: Probe, s: Space | None, whole: bool = True, view: View = VIEW, theme: str = "light"
) -> Any:
    choice = Choice(probe.linear, view.model_settings, ("gaussian",), [])
    return unpack(message(view, choice, probe, s, theme, whole, notes=[], seq=4, extras={}))[0]


def rows(view: View, s: Space) -> dict[str, str]:
    return {label: value for label, value, _, _ in readouts(view, s)}


def number(text: str) -> float:
    return float(text.replace("−", "-"))


def test_the_settings_come_back_as_they_went(probe: Probes) -> None:
    header = sent(probe("digits"), digits())
    assert "point" not in header["settings"]
    assert parse(header["settings"], View(point=VIEW.point)) == (VIEW, [])
    assert header["settings"] == settings(VIEW)
    assert (header["link"], header["seq"]) == (VIEW.query(), 4)


def test_what_is_on_its_way_stays_asked_for(probe: Probes) -> None:
    asked = View(data="moons", model="mine", d=5, a=9)
    choice = Choice(probe("digits").linear, VIEW.model_settings, ("gaussian",), [])
    packed = message(
        VIEW, choice, probe("digits"), digits(), "light", True, kept=asked, notes=[], seq=4
    )
    header = unpack(packed)[0]
    assert header["settings"] == settings(asked)
    assert header["link"] == asked.query()


def test_the_model_goes_only_where_it_lacks(probe: Probes) -> None:
    p = probe("digits")
    assert {"model", "point"} <= set(sent(p, digits()))
    assert not {"model", "point"} & set(sent(p, digits(), whole=False))
    waiting = sent(p, None)
    assert not {"model", "point"} & set(waiting)
    assert (waiting["readouts"], bool(waiting["empty"]), sent(p, digits())["empty"]) == (
        [],
        True,
        "",
    )


@pytest.mark.parametrize("name", list(THEMES))
def test_colours_are_the_themes(name: str, probe: Probes) -> None:
    header = sent(probe("digits"), digits(), theme=name)
    assert (header["theme"], header["paper"]) == (name, THEMES[name].paper)
    assert header["colours"] == colours(THEMES[name])
    assert all(
        colour.startswith("#")
        for colour in [*header["colours"]["classes"], header["colours"]["ink"]]
    )


@pytest.mark.parametrize(
    ("text", "z"), [("1,-0.5,2", [1, -0.5, 2]), ("1,2", [0, 0, 0]), ("", [0, 0, 0])]
)
def test_the_point_is_the_views_or_the_origin(text: str, z: list[float]) -> None:
    np.testing.assert_array_equal(point(View(point=text), digits()), z)


def test_read_outs_are_the_records_numbers() -> None:
    s, found = digits(), rows(VIEW, digits())
    assert s.logvar is not None
    assert number(found["R (nats)"]) == pytest.approx(s.kl.sum(), abs=0.006)
    z = np.array([1, -0.5, 2])
    assert number(found["log p(z)"]) == pytest.approx(
        multivariate_normal.logpdf(z, np.zeros(3)), abs=0.006
    )
    inside = [
        multivariate_normal.pdf(z, m, np.diag(v))
        for m, v in zip(s.mu, np.exp(s.logvar), strict=True)
    ]
    assert number(found["log q(z)"]) == pytest.approx(np.log(np.mean(inside)), abs=0.006)
    assert "-" not in found["log p(z)"]


def test_an_autoencoder_has_no_rate_and_no_posterior() -> None:
    assert set(rows(VIEW, autoencoder())) == {"log p(z)"}


@pytest.mark.parametrize(("dead", "level"), [(0, ""), (1, ""), (2, "warning"), (4, "alarm")])
def test_the_alarm_counts_collapsed_dimensions(dead: int, level: str) -> None:
    mu = np.tile([[-2.0], [2.0]], (1, 10))
    mu[:, :dead] = 0
    logvar = np.where(np.arange(10) < dead, 0.3, -2.0)  # a KL of 0.025 nats, where it has collapsed
    (row,) = [
        row for row in readouts(View(), drawn(mu, np.tile(logvar, (2, 1)))) if row[0] == "collapsed"
    ]
    assert (row[1], row[3]) == (f"{dead} of 10", level)
