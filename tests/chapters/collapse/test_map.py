"""The tool Collapse map: its frame, its table of deaths, its read-outs, its gaps."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.chapters.collapse import frames
from tests.chapters.collapse.stand_in import Trained, dedicated
from tests.chapters.session import at
from vaeviz.chapters.chapter import Frame
from vaeviz.chapters.collapse import deaths
from vaeviz.chapters.collapse.map import TOOL, MapView
from vaeviz.chapters.collapse.planes import LEVELS
from vaeviz.figures.theme import DARK, LIGHT
from vaeviz.live.message import pack, unpack
from vaeviz.measures.codecs.codec import Codec
from vaeviz.records import ImageStrip, Table
from vaeviz.serve import jobs
from vaeviz.serve.probes import Probe

VIEW = MapView(d=4, sigma2=0.05)


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "STORE", jobs.Store())
    frames.patience(monkeypatch, 60)


def part(p: Probe, codec: Codec | None = None, view: MapView = VIEW, theme: Any = LIGHT) -> Frame:
    return frames.now(TOOL, view, p, codec or Trained(p), theme)


def table(result: Frame) -> Table:
    return frames.table(result, "deaths")


def strip(result: Frame) -> ImageStrip:
    return frames.strip(result, "recon")


def test_every_panel_has_its_place_and_can_be_sent(probe: Callable[[str], Probe]) -> None:
    for data in ("digits", "moons"):
        p = probe(data)
        view = dataclasses.replace(VIEW, data=data, d=2)
        for codec in (p.linear, Trained(p, latent=2), dedicated(p)):
            result = part(p, codec, view, DARK)
            named = {name for areas, _ in result.rows for name in areas.split()}
            assert named == set(result.panels)
            header = unpack(pack(result.panels))
            assert all(panel for panel in header["panels"].values())
            assert not result.pending


def test_dragging_tau_up_the_bars_fall_one_after_another_each_near_its_line(
    probe: Callable[[str], Probe],
) -> None:
    p = probe("digits")
    codec, fell = Trained(p), []
    for sigma2 in np.geomspace(0.02, 0.99, 60):
        (result,) = [part(p, codec, dataclasses.replace(VIEW, sigma2=float(sigma2)))]
        now = table(result).rows[2][1:]
        fell += [
            (k, sigma2) for k, word in enumerate(now) if word == "dead" and k not in dict(fell)
        ]
    assert [k for k, _ in fell] == [3, 2, 1, 0]
    np.testing.assert_allclose(
        [at for _, at in fell][::-1], p.linear.eigenvalues[:4] * np.exp(-0.2), rtol=0.15
    )


def test_the_table_has_predicted_and_measured_levels_and_their_rank_correlation(
    probe: Callable[[str], Probe],
) -> None:
    result = table(part(probe("digits")))
    assert result.columns == ("dimension", "1", "2", "3", "4")
    assert [row[0] for row in result.rows] == ["predicted τ", "measured τ", "now"]
    assert result.rows[0][1:] == ("0.57", "0.53", "0.46", "0.33")
    assert "rank correlation of predicted and measured 1.00, 4 dimensions" in result.title
    assert "most like component i" in result.source
    assert f"between {LEVELS} levels" in result.source
    assert result.finding.startswith(result.title)


def test_a_model_that_was_not_swept_claims_no_deaths(probe: Callable[[str], Probe]) -> None:
    p = probe("digits")
    for codec in (p.linear, dedicated(p)):
        result = table(part(p, codec))
        assert result.rows[1][1:] == ("–",) * 4
        assert "correlation" not in result.title
        assert not {"evidence", "between"} & set(result.source.split())


def test_what_dies_outside_of_the_sweep_is_a_bound(probe: Callable[[str], Probe]) -> None:
    p = probe("digits")
    codec = Trained(p)
    codec.tau_range = (0.4, 0.5)  # λ e^(-0.2): 0.57, 0.53, 0.46, 0.33
    result = table(part(p, codec, dataclasses.replace(VIEW, sigma2=0.45)))
    assert result.rows[1][1] == "> 0.5"
    assert result.rows[1][4] == "< 0.4"


def test_the_images_go_blank_together(probe: Callable[[str], Probe]) -> None:
    p = probe("digits")
    codec = Trained(p)
    images = strip(part(p, codec, dataclasses.replace(VIEW, sigma2=0.9))).images
    assert images.shape == (2, 10, 8, 8)
    assert (images[1] == images[1, 0]).all()
    assert "all alike" in strip(part(p, codec, dataclasses.replace(VIEW, sigma2=0.9))).title
    assert "differ by" in strip(part(p, codec)).title
    np.testing.assert_array_equal(images[0], strip(part(p, codec)).images[0])


def test_readouts_count_and_name_the_next_to_die(probe: Callable[[str], Probe]) -> None:
    rows = {row[0]: row[1:] for row in part(probe("digits")).readouts}
    assert rows["τ = βσ²"][0] == "0.05"
    assert rows["active units"][0] == "4 of 4"
    assert rows["collapsed"][0] == "0 of 4"
    assert rows["collapses next"][0].startswith("z4 at 0.3")
    high = dataclasses.replace(VIEW, sigma2=0.9)
    rows = {row[0]: row[1:] for row in part(probe("digits"), view=high).readouts}
    assert (rows["collapsed"][0], rows["collapsed"][2]) == ("4 of 4 · alarm", "alarm")
    assert rows["collapses next"][0] == "none"


def test_what_outlives_the_sweep_is_not_said_never_to_die(probe: Callable[[str], Probe]) -> None:
    p = probe("digits")
    codec = Trained(p)
    codec.tau_range = (0.01, 0.5)  # λ e^(-0.2): 0.57, 0.53, 0.46, 0.33
    rows = {
        row[0]: row[1] for row in part(p, codec, dataclasses.replace(VIEW, sigma2=0.48)).readouts
    }
    assert rows["collapsed"].startswith("2 of 4")
    assert rows["collapses next"] == "none up to τ = 0.5"


def test_every_level_in_the_table_has_two_significant_digits(probe: Callable[[str], Probe]) -> None:
    for tau in (
        0.00144,
        0.001,
        0.0096,
        0.0955,
        0.0996,
        0.46,
        0.999,
        3.4449,
        12.3,
        250.0,
        1.34e-4,
        9.96e-4,
    ):
        said = deaths._level(tau)
        assert float(said) == float(f"{tau:.2g}")
        assert len(said) <= 6
    assert (deaths._level(0.00144), deaths._level(0.1)) == ("0.0014", "0.10")
    result = table(part(probe("digits")))
    assert "by number" in result.source


def test_beyond_the_models_range_the_end_is_shown_and_said(probe: Callable[[str], Probe]) -> None:
    result = part(probe("digits"), view=dataclasses.replace(VIEW, sigma2=5.0))
    assert result.readouts[0][:2] == ("τ = βσ²", "5")
    assert result.readouts[-1][:2] == ("network shown at", "τ = 1")
    assert frames.trace(result, "plane", "you are here")["text"] == ["network: τ = 1"]
    assert "The network is shown at τ = 1, the end of its range." in result.notes
    assert part(probe("digits")).notes == []


@pytest.mark.parametrize("plane", ["tau", "beta"])
def test_within_the_range_the_read_out_is_the_product_and_stands_alone(
    plane: str, probe: Callable[[str], Probe]
) -> None:
    view = dataclasses.replace(VIEW, beta=0.3, sigma2=0.7, plane=plane)
    result = part(probe("digits"), view=view)
    assert result.readouts[0][:2] == ("τ = βσ²", f"{0.3 * 0.7:.3g}")
    assert "network shown at" not in [row[0] for row in result.readouts]
    assert frames.trace(result, "plane", "you are here")["text"] == ["τ = 0.21"]


def test_a_product_that_lies_between_two_roundings_is_one_place(
    probe: Callable[[str], Probe],
) -> None:
    for beta in (0.215, 0.225, 0.375, 1.2345):
        view = dataclasses.replace(VIEW, beta=beta, sigma2=0.05)
        result = part(probe("digits"), view=view)
        assert "network shown at" not in [row[0] for row in result.readouts]


def test_a_dedicated_models_slider_moves_a_read_out_and_not_the_network(
    probe: Callable[[str], Probe],
) -> None:
    p = probe("digits")
    one, other = (
        part(p, dedicated(p), dataclasses.replace(VIEW, beta=b)).readouts for b in (3.0, 10.0)
    )
    assert (one[0][1], other[0][1]) == ("0.15", "0.5")
    assert one[-1][:2] == other[-1][:2] == ("network shown at", "τ = 0.1")
    assert one[1:] == other[1:]


def test_a_dedicated_model_says_why_its_map_is_empty(probe: Callable[[str], Probe]) -> None:
    p = probe("digits")
    assert part(p, dedicated(p)).notes == [
        "Kept model mine: trained at one place.",
        "This model covers one τ: the map stays empty.",
    ]


def test_a_map_that_is_being_measured_is_pending_and_names_its_source(
    probe: Callable[[str], Probe], monkeypatch: pytest.MonkeyPatch
) -> None:
    frames.patience(monkeypatch, 0)
    p = probe("digits")
    result = part(p, Trained(p, latent=16))
    assert result.pending
    plane = frames.spec(result, "plane")
    assert plane.layout["meta"]["source"] == "closed form: the linear VAE"
    assert len(result.notes) == 1
    assert set(table(result).rows[1][1:]) == {"…"}
    assert set(table(part(p, p.linear)).rows[1][1:]) == {"–"}


def test_a_decoder_without_variance_has_one_map_and_no_lines(probe: Callable[[str], Probe]) -> None:
    p = probe("digits")
    view = dataclasses.replace(VIEW, likelihood="bernoulli", beta=0.3, plane="beta")
    codec = Trained(p, likelihood="bernoulli")
    result = part(p, codec, view)
    assert frames.control(TOOL, view, at(p, TOOL, codec), "plane")["disabled"]
    assert result.readouts[0][:2] == ("τ = β", "0.3")
    assert table(result).rows[0][1:] == ("–",) * 4
    assert "predicted" not in table(result).source
    plane = frames.spec(result, "plane")
    assert plane.layout["meta"]["go"] == {"x": "tau", "y": "d"}
