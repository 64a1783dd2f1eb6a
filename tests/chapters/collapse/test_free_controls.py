"""A tool with its own model keeps its sliders, whatever another tab chose."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests import app_page
from tests.app_page import COLLAPSE
from vaeviz.checkpoints import SHIPPED
from vaeviz.serve import kept, models

page, shown = COLLAPSE.opened, COLLAPSE.shown


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    with app_page.apart(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (models, kept):
        monkeypatch.setattr(module, "SHIPPED", SHIPPED)


def control(header: dict[str, Any], name: str) -> dict[str, Any]:
    return next(c for c in header["controls"] if c["name"] == name)


def moved(app: AppTest, **settings: Any) -> dict[str, Any]:
    """The frame after this move."""
    before = shown(app)
    return COLLAPSE.says(
        app, seq=before["seq"] + 1, theme="light", settings={**before["settings"], **settings}
    )


@pytest.mark.usefixtures("shipped")
@pytest.mark.parametrize("likelihood", ["bernoulli", "categorical", "gaussian-optimal"])
def test_the_linear_laboratory_has_its_own_variance_under_every_likelihood(likelihood: str) -> None:
    header = shown(app := page(tool="linear", data="digits", likelihood=likelihood))
    assert "disabled" not in control(header, "sigma2")
    assert header["settings"]["sigma2"] == 0.05
    header = moved(app, sigma2=0.4, beta=0.5)
    assert (header["settings"]["sigma2"], header["settings"]["beta"]) == (0.4, 0.5)
    assert header["settings"]["likelihood"] == likelihood  # for the other tabs
    assert ["τ = βσ²", "0.2"] in [row[:2] for row in header["readouts"]]


def test_the_linear_laboratory_has_its_own_d_under_a_dedicated_model(folder: Path) -> None:
    app_page.put(folder, latent=1)
    header = shown(app := page(tool="linear", model="mine", data="moons"))
    d = control(header, "d")
    assert "disabled" not in d
    assert d["max"] == 2
    header = moved(app, d=2)
    assert header["settings"]["d"] == 2
    assert header["notes"] == []
    assert moved(app, tool="map")["settings"]["d"] == 1  # the model's


def test_a_size_that_the_data_do_not_have_is_not_kept(folder: Path) -> None:
    app_page.put(folder, latent=1)
    header = shown(page(tool="linear", model="mine", data="moons", d="99"))
    assert header["settings"]["d"] == 2


def test_in_the_variance_laboratory_a_learned_variance_can_move() -> None:
    header = shown(app := page(tool="sigma2", likelihood="gaussian-optimal"))
    assert "disabled" not in control(header, "sigma2")
    header = moved(app, sigma2=0.4)
    assert header["settings"]["sigma2"] == 0.4
    assert header["panels"]["recon"]["images"]["row_names"][1] == "σ² 0.4"


@pytest.mark.usefixtures("shipped")
def test_where_the_variance_laboratory_refuses_a_decoder_its_slider_is_off() -> None:
    header = shown(page(tool="sigma2", likelihood="bernoulli"))
    assert header["panels"] == {}
    assert "no variance" in control(header, "sigma2")["disabled"]


def test_effective_beta_counts_dimensions_by_itself(folder: Path) -> None:
    app_page.put(folder, latent=1)
    header = shown(app := page(tool="effective", model="mine", data="moons"))
    assert "disabled" not in control(header, "d")
    assert moved(app, d=2)["settings"]["d"] == 2


@pytest.mark.parametrize("tool", ["map", "diagnosis"])
def test_on_other_tools_the_models_limits_hold(tool: str, folder: Path) -> None:
    app_page.put(folder, latent=1)
    header = shown(page(tool=tool, model="mine", data="moons"))
    assert control(header, "d")["disabled"]
    header = shown(page(tool=tool, likelihood="gaussian-optimal"))
    assert control(header, "sigma2")["disabled"]
