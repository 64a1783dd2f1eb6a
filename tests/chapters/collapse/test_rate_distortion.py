"""The tool Rate–distortion: the point, lines of one ELBO, limits, only existing models."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.chapters.collapse import frames
from tests.chapters.collapse.stand_in import Trained
from tests.chapters.collapse.stand_in import dedicated as dedicated_codec
from vaeviz.chapters.collapse import dedicated
from vaeviz.chapters.collapse.dedicated import Models
from vaeviz.chapters.collapse.rate_distortion import TOOL, _limits, _measure, plane
from vaeviz.chapters.collapse.view import CollapseView
from vaeviz.checkpoints import studies
from vaeviz.live.message import pack
from vaeviz.measures.observe import nats, observe
from vaeviz.records.fidelity import Dedicated, FidelityStudy, Reading
from vaeviz.records.rate_plane import DedicatedPoint
from vaeviz.serve import models, probes
from vaeviz.serve.probes import Probe
from vaeviz.theory import linear_vae

Probes = Callable[[str], Probe]


def settings(**own: Any) -> CollapseView:
    return CollapseView(d=8, **own)


def record(probe: Probe, **own: Any) -> Any:
    s = settings(**own)
    return plane(s, probe, probe.linear, probes.observer(probe, probe.linear)(s.tau, s.d), Models())


@pytest.mark.parametrize(("beta", "sigma2"), [(1.0, 0.05), (20.0, 0.05), (0.5, 0.002), (1.0, 2.0)])
def test_the_line_through_our_point_is_our_elbo(beta: float, sigma2: float, probe: Probes) -> None:
    p = probe("digits")
    result = record(p, beta=beta, sigma2=sigma2)
    here = probes.observer(p, p.linear)(beta * sigma2, 8)
    assert result.elbo[1] == pytest.approx(
        -(nats(here.loss, 64, "gaussian", sigma2) + here.rate), rel=1e-9
    )
    start = result.base.loss + result.elbo_slope * result.base.rate
    assert result.elbo[0] == pytest.approx(start)
    assert result.elbo_slope == sigma2


@pytest.mark.parametrize("sigma2", [0.01, 0.05, 0.4])
def test_the_curves_best_elbo_is_near_tau_equal_to_the_variance(
    sigma2: float, probe: Probes
) -> None:
    """For the closed form on its own training set it is exactly at β = 1: the tangent of slope
    −σ².
    """
    p = probe("digits")
    result, curve = record(p, sigma2=sigma2), p.linear.curve(8)
    exact = linear_vae.solve(linear_vae.spectrum(p.data.train), 1.0, sigma2, 8)
    assert result.best[1] == pytest.approx(exact.elbo, abs=0.05 + 0.002 * abs(exact.elbo))
    starts = 0.5 * curve.losses + sigma2 * curve.rates
    assert curve.taus[np.argmin(starts)] == pytest.approx(sigma2, rel=0.2)


def test_the_limits_are_the_training_mean_and_the_image_itself(probe: Probes) -> None:
    p = probe("digits")
    result = record(p)
    assert result.decoding == pytest.approx(
        0.5 * ((p.x - p.data.train.mean(0)) ** 2).sum(1).mean(), rel=1e-5
    )
    assert result.encoding == 0
    collapsed = p.linear.loss(p.x, np.zeros((len(p.x), 1), np.float32), 50.0, 1).mean()
    assert result.decoding == pytest.approx(0.5 * collapsed, rel=1e-4)


def test_all_lines_of_one_elbo_cross_the_picture(probe: Probes) -> None:
    for sigma2 in (1e-4, 0.05, 10.0):
        result = record(probe("digits"), sigma2=sigma2)
        for start in result.elbo_lines:
            assert 0 < start < result.base.top + sigma2 * result.base.right


FILE = "fidelity-digits.json"


def study(folder: Path, probe: Probe, widths: tuple[int, ...], level: float = 1.5) -> Path:
    """Two seeds at d = 8 and two τ, with L = level + 0.1 seed + τ and R = 5, and a warm start."""

    def model(seed: int, tau: float, warm: bool = False) -> Dedicated:
        loss = 2 * (level + 0.1 * seed + tau - 5 * tau)
        kl = (5.0,) + (0.0,) * 7
        return Dedicated(
            seed, warm, Reading(tau, 8, 0, 0, 5.0, loss, kl, 1, 7, 0.5, 0.1, 0.1, 0.01, 0.9)
        )

    of = [model(seed, tau) for seed in (0, 3) for tau in (0.1, 1.0)]
    whole = FidelityStudy(
        "digits", "digits", probe.data.digest, "gaussian", widths, 359,
        (*of, model(0, 1.0, True)), "", (),
    )  # fmt: skip
    folder.mkdir(exist_ok=True)
    studies.save_fidelity(folder / FILE, whole)
    return folder / FILE


def widths() -> tuple[int, ...]:
    return models.widths("digits", settings().likelihood)


def test_grid_points_are_the_study_s_random_starts(probe: Probes, tmp_path: Path) -> None:
    p, s = probe("digits"), settings()
    study(tmp_path, p, widths())
    result, _ = dedicated.grid(p, s, (tmp_path,))
    assert sorted((point.tau, point.seed) for point in result) == [
        (0.1, 0),
        (0.1, 3),
        (1.0, 0),
        (1.0, 3),
    ]
    for point in result:
        level = 0.5 * point.loss + point.tau * point.rate
        assert level == pytest.approx(1.5 + 0.1 * point.seed + point.tau)


def test_models_of_another_width_or_of_other_data_are_not_drawn(
    probe: Probes, tmp_path: Path
) -> None:
    p, s = probe("digits"), settings()
    study(tmp_path, p, (5, 5))
    assert dedicated.grid(p, s, (tmp_path,)) == ((), ())
    file = study(tmp_path, p, widths())
    file.write_text(file.read_text().replace(p.data.digest, "0" * 16))
    assert dedicated.grid(p, s, (tmp_path,)) == ((), ())


def test_a_model_in_both_folders_is_one_point_of_the_first(probe: Probes, tmp_path: Path) -> None:
    p, s = probe("digits"), settings()
    study(tmp_path / "one", p, widths())
    study(tmp_path / "two", p, widths(), 9.0)
    result, _ = dedicated.grid(p, s, (tmp_path / "one", tmp_path / "two"))
    assert len(result) == 4
    assert max(point.loss for point in result) < 9


def test_the_table_gives_least_and_greatest_of_several_seeds(probe: Probes, tmp_path: Path) -> None:
    p, s = probe("digits"), settings()
    study(tmp_path, p, widths())
    result = Models(dedicated.grid(p, s, (tmp_path,))[0], {(0.1, 8): (1.6, 0.02)})
    rows = {row[0]: row[1:] for row in dedicated.table(s, p.linear, result).rows}
    assert rows["τ 0.1"] == ("2", "5.00", "1.600–1.900", "1.600 ± 0.020")
    assert rows["τ 1"][-1] == ""


@pytest.mark.parametrize("damage", ['{"cells', "[]", "no number", "other cells"])
def test_a_damaged_file_is_left_out_with_a_line_and_the_other_stays(
    probe: Probes, tmp_path: Path, damage: str
) -> None:
    p, s = probe("digits"), settings()
    study(tmp_path / "one", p, widths())
    file = study(tmp_path / "two", p, widths())
    if damage == "no number":
        file.write_text(file.read_text().replace("5.0", '"5.0"'))
    elif damage == "other cells":
        file.write_text(file.read_text().replace('"rate"', '"speed"'))
    else:
        file.write_text(damage)
    result, notes = dedicated.points(p, s, (), (tmp_path / "one", tmp_path / "two"))
    assert len(result) == 4
    assert notes == (f"{FILE} is damaged: its dedicated models are left out.",)


def test_the_tool_says_what_is_damaged_and_draws_the_rest(
    probe: Probes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / FILE).write_text("{")
    monkeypatch.setattr(dedicated, "GRIDS", (dedicated.GRIDS[0], tmp_path))
    monkeypatch.setattr(dedicated.points, "__defaults__", (dedicated.GRIDS,))
    part = frames.whole(TOOL, settings(), probe("digits"))
    assert f"{FILE} is damaged: its dedicated models are left out." in part.notes
    assert len(frames.trace(part, "plane", "dedicated models of the grid")["x"]) == 24


def test_shipped_models_are_called_so(probe: Probes) -> None:
    p, s = probe("digits"), settings()
    here = probes.observer(p, p.linear)(s.tau, s.d)
    one = DedicatedPoint("own", 0.1, 8, 0, 3.0, 1.0)
    for shipped, words in ((True, "2 shipped"), (False, "1 shipped, 1 kept")):
        points = tuple(dataclasses.replace(one, shipped=each) for each in (True, shipped))
        assert plane(s, p, p.linear, here, Models(points)).base.source.endswith(f"; {words}")
    known = dedicated.known("digits", CollapseView())
    result, _ = dedicated.points(p, CollapseView(), known, ())
    assert [(point.name, point.shipped) for point in result] == [
        (k.entry.name, k.shipped) for k in known
    ]
    assert any(point.shipped for point in result)


@pytest.mark.parametrize("likelihood", ["gaussian", "gaussian-optimal", "bernoulli", "categorical"])
def test_every_dedicated_model_has_the_likelihood_of_the_plane(likelihood: str) -> None:
    for data in ("digits", "mnist-5k"):
        for own in dedicated.known(data, CollapseView(data=data, likelihood=likelihood)):
            assert own.gaussian if "gaussian" in likelihood else own.run.likelihood == likelihood


def test_the_closed_forms_curve_is_called_the_training_sets_and_not_compared(probe: Probes) -> None:
    p = probe("moons")
    part = frames.whole(TOOL, CollapseView(data="moons", d=2), p)
    meta = frames.spec(part, "plane").layout["meta"]
    assert "81 settings of τ, training set; point: held-out examples" in meta["source"]
    assert meta["title"].endswith("on held-out examples, closed form")
    assert "best, training set" in [row[0] for row in part.readouts]
    spectrum = linear_vae.spectrum(p.data.train)
    assert p.linear.curve(2).losses[0] == pytest.approx(
        linear_vae.solve(spectrum, 1.0, 1e-3, 2).squared_error
    )


@pytest.mark.parametrize(("high", "said"), [(0.3, True), (1.0, False)])
def test_a_curve_that_ends_before_all_is_collapsed_says_where(
    high: float, said: bool, probe: Probes
) -> None:
    """The largest eigenvalue of the digits is 0.7: at τ = 1 nothing is left of R, at 0.3 something
    is.
    """
    p, s = probe("digits"), settings()
    codec = Trained(p, latent=8)
    codec.tau_range, codec._taus = (0.01, high), np.geomspace(0.01, high, 9)
    record = plane(s, p, codec, probes.observer(p, codec)(s.tau, s.d), Models())
    rate = linear_vae.solve(linear_vae.spectrum(p.data.train), 1.0, high, 8).rate
    assert (f"; curve ends at τ = {high:g}, R = {rate:.1f} nats;" in record.base.source) is said
    assert ("ends" in record.base.source) is said


def test_the_curves_best_is_never_below_our_own_point(probe: Probes) -> None:
    p = probe("digits")
    codec = Trained(p, latent=8)
    codec._taus = np.geomspace(0.01, 1.0, 3)  # so few that our point lies between two of them
    for sigma2 in (0.03, 0.05, 0.2, 0.4):
        s = settings(sigma2=sigma2)
        record = plane(s, p, codec, probes.observer(p, codec)(s.tau, s.d), Models())
        assert record.best[1] >= record.elbo[1]


def test_one_trained_model_has_no_best(probe: Probes) -> None:
    p = probe("digits")
    for codec, rows in ((Trained(p, 8), ["best ELBO (nats)"]), (dedicated_codec(p), [])):
        readouts = frames.now(TOOL, CollapseView(d=4), p, codec).readouts
        assert [row[0] for row in readouts if "best" in row[0]] == rows


def test_a_named_row_is_short_and_says_what_it_stands_for(probe: Probes) -> None:
    s = settings()
    points = (
        DedicatedPoint("digits-one-sigma2", 0.0106, 16, 0, 14.2, 0.8),
        DedicatedPoint("mine", 0.25, 8, 0, 3.0, 1.0),
    )
    rows = dedicated.table(s, probe("digits").linear, Models(points)).rows
    names = [row[0].replace("\u00a0", " ") for row in rows]
    assert names == ["digits-one-sigma2, d 16, τ 0.011", "mine, τ 0.25"]


def test_without_models_the_table_says_so(probe: Probes) -> None:
    table = dedicated.table(settings(), probe("digits").linear, Models())
    assert table.rows[0][0] == "no dedicated model is kept for d = 8"
    assert "No dedicated" in table.title


def test_the_tool_draws_what_is_shipped_and_counts_it(probe: Probes) -> None:
    part = frames.whole(TOOL, settings(), probe("digits"))
    spec = frames.spec(part, "plane")
    grid = next(t for t in spec.data if t["name"] == "dedicated models of the grid")
    shipped = [c for c in dedicated.grid(probe("digits"), settings())[0] if c.d == 8]
    assert len(grid["x"]) == len(shipped) >= 7
    assert f"{len(shipped)} dedicated" in spec.layout["meta"]["source"]
    assert frames.table(part, "models").rows
    assert len(pack(part.panels)) > 1000


def test_three_seeds_of_the_digits_are_shipped_at_two_sizes(probe: Probes) -> None:
    result, _ = dedicated.grid(probe("digits"), settings(), (dedicated.GRIDS[0],))
    for d in (8, 16):
        assert {p.seed for p in result if p.d == d} == {0, 1, 2}
        assert len([p for p in result if p.d == d]) == 24


def test_the_axis_of_rates_holds_every_dedicated_model(probe: Probes) -> None:
    p, s = probe("digits"), settings()
    far = DedicatedPoint("", 1e-4, 8, 0, 99.0, 0.1)
    result = plane(s, p, p.linear, probes.observer(p, p.linear)(s.tau, s.d), Models((far,)))
    assert result.base.right > 99
    assert result.points == (dataclasses.replace(far, loss=0.05),)


def test_the_model_shown_is_measured_at_the_dedicated_ones(probe: Probes) -> None:
    p, s = probe("digits"), settings()
    result = _measure(s, p, p.linear, ())
    assert set(result.shown) == {(c.tau, c.d) for c in dedicated.grid(p, s)[0] if c.d == 8}
    seen = observe(p.linear, p.x, 0.3, 8, p.noise)
    level, error = result.shown[0.3, 8]
    assert level == pytest.approx(0.5 * seen.loss + 0.3 * seen.rate)
    assert error == pytest.approx(0.5 * seen.loss_error)


def test_a_bernoulli_decoder_without_z_stands_at_the_means_cross_entropy(probe: Probes) -> None:
    p = probe("digits")
    decoding, encoding = _limits(p, "bernoulli")
    mean = p.data.train.mean(0, dtype=np.float64).clip(1e-7, 1 - 1e-7)
    assert decoding == pytest.approx(
        -(p.x * np.log(mean) + (1 - p.x) * np.log(1 - mean)).sum(1).mean(), rel=1e-5
    )
    assert encoding is not None
    assert 0 < encoding < decoding


@pytest.mark.parametrize("beta", [0.5, 1.0, 5.0])
def test_lines_of_one_elbo_fall_by_a_nat_a_nat_where_there_is_no_variance(
    beta: float, probe: Probes
) -> None:
    p, codec = probe("digits"), Trained(probe("digits"), 8, "bernoulli")
    s = settings(beta=beta, sigma2=0.05, likelihood="bernoulli")
    here = observe(codec, p.x, beta, 8, p.noise)
    result = plane(s, p, codec, here, Models())
    assert result.elbo_slope == 1
    assert result.elbo == (
        pytest.approx(here.loss + here.rate),
        pytest.approx(-(here.loss + here.rate)),
    )


def test_only_vaes_with_this_decoder_are_known() -> None:
    names = {
        each.entry.name for each in dedicated.known("digits", CollapseView(likelihood="bernoulli"))
    }
    assert "digits-vae-2d" in names
    assert "digits-ae-2d" not in names
    assert "digits-vae-2d" not in {e.entry.name for e in dedicated.known("digits", CollapseView())}


def test_sigma2_at_held_tau_moves_nothing_but_the_elbo(probe: Probes) -> None:
    p = probe("digits")
    one, other = record(p, beta=1.0, sigma2=0.1), record(p, beta=10.0, sigma2=0.01)
    assert (one.base.rate, one.base.loss, one.base.slope) == (
        other.base.rate,
        other.base.loss,
        other.base.slope,
    )
    assert one.elbo != other.elbo
