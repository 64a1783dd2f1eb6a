"""The tool Linear laboratory: closed forms at the sliders' setting, and the trained model."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.chapters.collapse import frames
from tests.chapters.idle import Idle
from vaeviz.chapters.chapter import Frame
from vaeviz.chapters.collapse import laboratory_runs
from vaeviz.chapters.collapse.laboratory_runs import Trainer
from vaeviz.chapters.collapse.linear import TOOL, LinearView
from vaeviz.chapters.collapse.view import ends
from vaeviz.chapters.settings import parse
from vaeviz.checkpoints.files import write_json as put
from vaeviz.figures.over_steps import number
from vaeviz.figures.theme import LIGHT
from vaeviz.live.message import pack
from vaeviz.records import ACTIVE
from vaeviz.runs.folder.progress import Progress
from vaeviz.runs.queue.registry import Registry
from vaeviz.serve.probes import Probe
from vaeviz.theory import linear_vae
from vaeviz.theory.known_spectra import EIGENVALUES
from vaeviz.training import linear_run

Probes = Callable[[str], Probe]


class Given:
    """A trainer that has one answer, and notes what it was to train; None is to stop."""

    def __init__(self, answer: Progress | None = None) -> None:
        self.answer = answer
        self.asked: list[Any] = []

    def progress(self, settings: Any) -> Progress | None:
        self.asked.append(settings)
        return self.answer

    def stop(self) -> None:
        self.asked.append(None)


@pytest.fixture
def given(monkeypatch: pytest.MonkeyPatch) -> Given:
    one = Given()
    monkeypatch.setattr(laboratory_runs, "trainer", lambda context: one)
    return one


def seen(probe: Probe, **settings: Any) -> Frame:
    return frames.now(TOOL, LinearView(**settings), probe)


rows = frames.readouts


@pytest.mark.parametrize(("beta", "sigma2", "d"), [(1.0, 0.05, 16), (4.0, 0.05, 6), (0.2, 0.3, 3)])
def test_every_panel_is_the_closed_form(
    probe: Probes, given: Given, beta: float, sigma2: float, d: int
) -> None:
    digits = probe("digits")
    exact = linear_vae.solve(linear_vae.spectrum(digits.data.train), beta, sigma2, d)
    part = seen(digits, beta=beta, sigma2=sigma2, d=d)
    np.testing.assert_allclose(frames.trace(part, "kl", "exact KL")["y"], exact.kl, atol=1e-9)
    left = frames.trace(part, "water", "error left")["y"]
    np.testing.assert_allclose(left[:d], np.minimum(digits.linear.eigenvalues[:d], exact.tau))
    assert frames.trace(part, "bound", "you are here")["y"][0] == pytest.approx(exact.elbo)
    np.testing.assert_allclose(
        frames.trace(part, "bound", "gap")["y"], [exact.elbo, exact.log_likelihood]
    )
    assert len(frames.trace(part, "spectrum", "coded")["x"]) == exact.active
    result = rows(part)
    assert result["R (nats)"] == f"{exact.rate:.3f}"
    assert result["D (nats)"] == f"{exact.distortion:.2f}".replace("-", "−")
    assert result["gap"] == f"{abs(exact.gap):.3f}"  # at β = 1 rounding may leave −0
    best = linear_vae.optimal_sigma2(linear_vae.spectrum(digits.data.train), beta, d)
    assert result["optimal σ²"] == f"{best:.3g}"
    assert not part.pending


@pytest.mark.parametrize("over", ["beta", "sigma2"])
@pytest.mark.parametrize(
    ("beta", "sigma2"), [(1e-3, 0.05), (100.0, 0.05), (0.004, 1e-4), (0.5, 10.0)]
)
def test_read_outs_and_the_bounds_panel_tell_of_the_same_place(
    probe: Probes, given: Given, over: str, beta: float, sigma2: float
) -> None:
    digits = probe("digits")
    exact = linear_vae.solve(digits.linear.spectrum, beta, sigma2, 8)
    part = seen(digits, beta=beta, sigma2=sigma2, d=8, over=over)
    result, here = rows(part), frames.trace(part, "bound", "you are here")
    assert here["x"][0] == (beta if over == "beta" else sigma2)
    gap = exact.log_likelihood - exact.elbo
    assert float(result["gap"]) == pytest.approx(gap, abs=6e-4)
    title = frames.spec(part, "bound").layout["meta"]["title"]
    apart = f"ELBO {number(exact.elbo)} lies {number(gap)} nats below log p(x)"
    assert title == (apart if gap > 5e-4 else f"ELBO = log p(x) = {number(exact.elbo)}: no gap")
    curve = frames.trace(part, "bound", "ELBO")["x"]
    assert (curve[0], curve[-1]) == pytest.approx(ends(over))


@pytest.mark.parametrize("name", EIGENVALUES)
def test_a_made_spectrum_takes_the_data_sets_place(probe: Probes, given: Given, name: str) -> None:
    part = seen(probe("digits"), spectrum=name, sigma2=0.05, d=12)
    dots = [
        frames.trace(part, "spectrum", k)["y"]
        for k in ("coded", "above, but no dimension is left", "under water")
    ]
    np.testing.assert_allclose(np.concatenate(dots), EIGENVALUES[name], rtol=1e-6)
    assert name.replace("-", " ") in frames.spec(part, "kl").layout["meta"]["source"]


def test_at_the_very_level_of_a_step_it_is_dead(probe: Probes, given: Given) -> None:
    part = seen(probe("digits"), spectrum="two-steps", beta=2.0, sigma2=0.05, d=9)
    assert rows(part)["coded"] == "5 of 9"


def test_over_sigma2_the_optimum_is_marked_and_the_bound_is_never_above_the_likelihood(
    probe: Probes, given: Given
) -> None:
    digits = probe("digits")
    part = seen(digits, over="sigma2", beta=1.0, d=8)
    best = linear_vae.optimal_sigma2(digits.linear.spectrum, 1.0, 8)
    assert set(frames.trace(part, "bound", "best")["x"]) == {best}
    x, elbo = (np.asarray(frames.trace(part, "bound", "ELBO")[k]) for k in "xy")
    assert abs(np.log(x[elbo.argmax()] / best)) < np.log(x[1] / x[0])  # β = 1: J is −ELBO
    for beta in (0.3, 1.0, 5.0):
        part = seen(digits, over="sigma2", beta=beta, d=8)
        above, below = (
            np.asarray(frames.trace(part, "bound", k)["y"]) for k in ("log p(x)", "ELBO")
        )
        assert (above >= below - 1e-9).all()


@pytest.mark.parametrize("over", ["beta", "sigma2"])
def test_the_axes_stand_still_while_beta_is_dragged(probe: Probes, given: Given, over: str) -> None:
    for panel in (
        ("spectrum", "water", "kl", "bound") if over == "beta" else ("spectrum", "water", "kl")
    ):
        ranges = [
            frames.spec(seen(probe("digits"), over=over, beta=beta), panel).layout["yaxis"]["range"]
            for beta in (0.2, 1.0, 30.0)
        ]
        assert ranges[0] == ranges[1] == ranges[2], panel


@pytest.mark.parametrize("data", ["digits", "mnist-5k", "moons"])
@pytest.mark.parametrize("beta", [0.02, 1.0, 100.0])
def test_the_axes_hold_what_is_drawn(probe: Probes, given: Given, data: str, beta: float) -> None:
    part = seen(probe(data), beta=beta, d=512)
    first = float(probe(data).linear.eigenvalues[0])
    bars = max(frames.trace(part, "kl", "exact KL")["y"])
    tops = {
        n: frames.spec(part, n).layout["yaxis"]["range"][1] for n in ("spectrum", "water", "kl")
    }
    assert 10 ** tops["spectrum"] >= 1.5 * first
    assert 10 ** tops["water"] >= 1.5 * first
    assert tops["kl"] >= 1.05 * bars


@pytest.mark.parametrize("data", ["digits", "mnist-5k", "three-gaussians", "moons"])
@pytest.mark.parametrize(
    ("beta", "sigma2"), [(1e-3, 1e-4), (100.0, 10.0), (1e-3, 10.0), (100.0, 1e-4)]
)
def test_the_sliders_ends_can_be_drawn_and_sent(
    probe: Probes, given: Given, data: str, beta: float, sigma2: float
) -> None:
    for over in ("beta", "sigma2"):
        part = seen(probe(data), beta=beta, sigma2=sigma2, over=over, d=512)
        assert pack(part.panels, readouts=part.readouts)
        for name in part.panels:
            frames.spec(part, name).draw()


def test_where_the_code_holds_all_it_says_that_there_is_no_optimum(
    probe: Probes, given: Given
) -> None:
    part = seen(probe("moons"), d=2, beta=0.5, over="sigma2")
    assert "holds all" in rows(part)["optimal σ²"]
    assert any("without bound" in note for note in part.notes)
    assert not [t for t in frames.spec(part, "bound").data if t["name"] == "best"]


def done(kl: np.ndarray, **numbers: float) -> Progress:
    held_out = {"squared_error": 1.0, "active": 3.0, **numbers}
    return Progress(state="done", step=4000, steps=4000, kl=tuple(kl), held_out=held_out)


def test_a_trained_models_numbers_stand_beside_the_exact_ones(probe: Probes, given: Given) -> None:
    digits = probe("digits")
    exact = linear_vae.solve(digits.linear.spectrum, 1.0, 0.2, 8)
    units = int((exact.var_mu > ACTIVE).sum())
    given.answer = done(
        exact.kl[::-1] * 1.01, squared_error=exact.squared_error * 0.97, active=units
    )
    part = seen(digits, beta=1.0, sigma2=0.2, d=8, train="on")
    np.testing.assert_allclose(frames.trace(part, "kl", "trained KL")["y"], exact.kl * 1.01)
    result = rows(part)
    assert (result["KL off by"], result["worst bar"], result["error off by"]) == (
        "1.00 %",
        "1.00 %",
        "3.00 %",
    )
    assert result["active"] == f"{units}, exact {units}"
    assert given.asked == [linear_run.settings("digits", 1.0, 0.2, 8)]
    assert not part.pending
    assert "4,000 steps" in frames.spec(part, "kl").layout["meta"]["source"]


def test_while_it_trains_the_bars_move_and_the_frame_is_pending(
    probe: Probes, given: Given
) -> None:
    given.answer = Progress(state="running", step=700, steps=4000, objective=-12.5, kl=(0.3, 1.0))
    part = seen(probe("digits"), d=2, train="on")
    assert part.pending
    assert part.notes == ["Training: step 700 of 4,000, J = −12.50."]
    assert ["training, step 700", LIGHT.rate] in frames.spec(part, "kl").layout["meta"]["legend"]
    assert "KL off by" not in rows(part)


def test_a_made_spectrum_is_what_is_trained_on(probe: Probes, given: Given) -> None:
    seen(probe("digits"), spectrum="two-steps", d=512, train="on")
    assert (given.asked[0].data, given.asked[0].latent) == ("two-steps", 24)


def test_a_failed_run_has_its_error_in_a_note(probe: Probes, given: Given) -> None:
    given.answer = Progress(state="failed", error="training diverged by step 50")
    part = seen(probe("digits"), train="on")
    assert part.notes == ["training diverged by step 50."]
    assert not part.pending


def test_switched_off_nothing_is_trained(probe: Probes, given: Given) -> None:
    assert not seen(probe("digits"), train="off").pending
    assert given.asked == [None]


def test_its_settings_come_from_the_url_and_wrong_ones_are_put_back() -> None:
    view, notes = parse({"spectrum": "two-steps", "over": "sigma2", "train": "on"}, LinearView())
    assert (view.spectrum, view.over, view.train, notes) == ("two-steps", "sigma2", "on", [])
    view, notes = parse({"spectrum": "pink"}, LinearView())
    assert view.spectrum == "data"
    assert len(notes) == 1


@pytest.fixture
def mine(tmp_path: Path) -> Trainer:
    """A trainer whose clock the test sets (`mine.now`), with workers that do nothing."""
    registry = Registry(2, launch=lambda folder, until_flat: Idle())
    made = Trainer(registry, "me", first=False, folder=tmp_path, shared={})
    made.now = 0.0  # type: ignore[attr-defined]
    made.clock = lambda: made.now  # type: ignore[attr-defined]
    return made


def at(trainer: Trainer, seconds: float, beta: float) -> Progress | None:
    trainer.now = seconds  # type: ignore[attr-defined]
    return trainer.progress(linear_run.settings("digits", beta, 0.1, 4))


def test_nothing_is_trained_before_the_sliders_rest(mine: Trainer, tmp_path: Path) -> None:
    assert at(mine, 0.0, 1.0) is None
    assert at(mine, 0.5, 2.0) is None
    assert at(mine, 1.0, 2.0) is None
    assert not list(tmp_path.iterdir())
    assert at(mine, 1.2, 2.0) is not None
    assert len(list(tmp_path.iterdir())) == len(mine.shared) == 1


def test_a_run_is_known_to_all_and_started_once(mine: Trainer, tmp_path: Path) -> None:
    at(mine, 0.0, 1.0), at(mine, 1.0, 1.0)
    assert at(mine, 2.0, 1.0) is not None
    other = Trainer(mine.registry, "you", first=False, folder=tmp_path, shared=mine.shared)
    assert other.progress(linear_run.settings("digits", 1.0, 0.1, 4)) is not None
    assert len(list(tmp_path.iterdir())) == 1


def test_moving_on_stops_what_still_trains_and_coming_back_starts_anew(mine: Trainer) -> None:
    at(mine, 0.0, 1.0), at(mine, 1.0, 1.0)
    folder = mine.started
    assert folder is not None
    at(mine, 2.0, 3.0)
    assert (folder / "cancel").exists()


def test_leaving_stops_it(mine: Trainer) -> None:
    at(mine, 0.0, 1.0), at(mine, 1.0, 1.0)
    folder = mine.started
    assert folder is not None
    mine.stop()
    assert (folder / "cancel").exists()
    assert mine.started is None


def test_a_refused_run_says_why_leaves_nothing_and_is_tried_again(
    mine: Trainer, tmp_path: Path
) -> None:
    mine.registry.quota = 0
    at(mine, 0.0, 1.0)
    refused = at(mine, 1.0, 1.0)
    assert refused is not None
    assert "unfinished" in refused.error
    assert not list(tmp_path.iterdir())
    assert at(mine, 1.2, 1.0) == refused  # the line stays while it waits
    mine.registry.quota = 3
    result = at(mine, 1.8, 1.0)
    assert result is not None
    assert not result.error


def test_where_nothing_can_be_written_one_sentence_stays_until_a_setting_changes(
    mine: Trainer, tmp_path: Path, probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    mine.folder = tmp_path / "runs" / "linear"
    (tmp_path / "runs").write_text("a plain file")
    tries: list[Path] = []
    monkeypatch.setattr(
        laboratory_runs, "write_json", lambda path, own: (tries.append(path), put(path, own))
    )
    monkeypatch.setattr(laboratory_runs, "trainer", lambda context: mine)
    seen(probe("digits"), train="on")
    lines = []
    for seconds in (1.0, 1.2, 1.7, 3.0, 9.0):
        mine.now = seconds  # type: ignore[attr-defined]
        result = seen(probe("digits"), train="on")
        assert not result.pending
        lines += result.notes
    assert len(lines) == 5
    (line,) = {*lines}
    assert line.startswith("Nothing is trained: the folder runs/linear can't be written (")
    assert len(tries) == 1
    assert seen(probe("digits"), train="on", beta=2.0).notes == [
        "Training starts when the sliders rest."
    ]
    (tmp_path / "runs").unlink()
    said = at(mine, 20.0, 4.0) or at(mine, 21.0, 4.0)
    assert said is not None
    assert not said.error


def test_a_real_worker_trains_to_the_closed_form(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linear_run, "STEPS", 1500)
    trainer = Trainer(Registry(1), "me", first=True, folder=tmp_path, shared={})
    monkeypatch.setattr(laboratory_runs, "REST", 0.0)
    wanted = linear_run.settings("two-steps", 1.0, 0.04, 6)
    until = time.monotonic() + 300
    while not (said := trainer.progress(wanted)) or not said.over:
        assert time.monotonic() < until
        time.sleep(0.1)
    assert said.state == "done", said.error
    kl = 0.5 * np.log(EIGENVALUES["two-steps"][:6] / 0.04)
    np.testing.assert_allclose(sorted(said.kl, reverse=True), kl, rtol=0.02)
