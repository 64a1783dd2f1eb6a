"""Every read-out and measured cell of every tool, recomputed in float64 from the codec's outputs
and the formula in its help.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.spatial.distance import cdist, pdist

from tests.chapters.collapse import frames
from tests.chapters.collapse.frames import number, readouts
from tests.chapters.collapse.stand_in import Trained
from tests.chapters.session import at
from tests.figures.cure_records import STUDY
from vaeviz.chapters.collapse import (
    cures,
    diagnosis,
    effective,
    laboratory_runs,
    linear,
    rate_distortion,
    sigma2,
    variance_levels,
)
from vaeviz.chapters.collapse import map as collapse_map
from vaeviz.chapters.collapse.diagnosis import DiagnosisView
from vaeviz.chapters.collapse.linear import LinearView
from vaeviz.chapters.collapse.map import MapView
from vaeviz.chapters.collapse.sigma2 import Sigma2View
from vaeviz.chapters.collapse.view import CollapseView
from vaeviz.chapters.collapse.written import EffectiveView
from vaeviz.checkpoints import studies
from vaeviz.measures.codecs.codec import Codec
from vaeviz.measures.collapse.diagnosis import diagnose
from vaeviz.measures.collapse.reference import reference
from vaeviz.measures.energy import DRAWS, PIXELS, SIZE
from vaeviz.runs.folder.progress import Progress
from vaeviz.serve import jobs, probes
from vaeviz.serve.probes import Probe
from vaeviz.theory import two_modes
from vaeviz.theory.effective_beta import Size, Written

Probes = Callable[[str], Probe]
Numbers = dict[str, float]
D = 64  # pixels of the digits


def posterior(codec: Codec, x: np.ndarray, tau: float, d: int) -> tuple[np.ndarray, np.ndarray]:
    mu, logvar = codec.encode(x, tau, d)
    return mu.astype(np.float64), logvar.astype(np.float64)


def observed(p: Probe, codec: Codec, tau: float, d: int) -> Numbers:
    """By the definitions: the rate, what is active and dead, the loss at one z per example."""
    mu, logvar = posterior(codec, p.x, tau, d)
    kl = 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).mean(0)
    z = (mu + np.exp(0.5 * logvar) * p.noise[:, :d]).astype(np.float32)
    losses = ((p.x.astype(np.float64) - codec.decode(z, tau, d)) ** 2).sum(1)
    return {
        "rate": kl.sum(),
        "active": (mu.var(0) > 0.01).sum(),
        "dead": (kl < 0.1).sum(),
        "both": ((mu.var(0) > 0.01) & (kl < 0.1)).sum(),
        "loss": losses.mean(),
        "error": losses.std(ddof=1) / math.sqrt(len(losses)),
    }


def by(n: Numbers, measure: str) -> str:
    """By which measure a count is, where a dimension is active and collapsed."""
    return f" by {measure}" if n["both"] else ""


def close(shown: str, value: float, digits: int) -> bool:
    """Whether a text shows this number to so many digits behind the point."""
    return abs(number(shown) - value) <= 0.6 * 10.0**-digits


def within(shown: str, value: float, relative: float = 5e-3) -> bool:
    """Whether a text shows this number to three significant digits."""
    return number(shown) == pytest.approx(value, rel=relative)


def checked(rows: dict[str, str], **expected: bool) -> None:
    """That these are all the read-outs there are, and that each is what it should be."""
    assert [name for name, right in expected.items() if not right] == []
    assert len(rows) == len(expected), list(rows)


# the map
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("beta", "s2", "alarm"), [(0.5, 0.1, ""), (4.0, 0.1, " · alarm")])
def test_the_map(probe: Probes, beta: float, s2: float, alarm: str) -> None:
    p, view = probe("digits"), MapView(d=8, beta=beta, sigma2=s2)
    codec = Trained(p, latent=8)
    n = observed(p, codec, beta * s2, 8)
    rows = readouts(frames.whole(collapse_map.TOOL, view, p, codec))
    checked(
        rows,
        tau=within(rows["τ = βσ²"], beta * s2),
        rate=close(rows["R (nats)"], n["rate"], 2),
        active=rows["active units"] == f"{n['active']} of 8{by(n, 'spread of μ')}",
        collapsed=rows["collapsed"] == f"{n['dead']} of 8{by(n, 'KL')}{alarm}",
        next=within(rows["collapses next"].split(" at ")[1], _next(p, codec, beta * s2), 0.05),
    )
    assert not close(rows["R (nats)"], n["rate"] / 8, 2)
    assert (n["dead"] > 0) == bool(alarm)


def _next(p: Probe, codec: Codec, tau: float) -> float:
    """The first τ above ours at which one more dimension has less than 0.1 nats, by bisection."""

    def alive(level: float) -> int:
        mu, logvar = posterior(codec, p.x, level, 8)
        return int(((0.5 * (mu**2 + np.exp(logvar) - 1 - logvar)).mean(0) >= 0.1).sum())

    low, high = tau, codec.tau_range[1]
    for _ in range(40):
        middle = math.sqrt(low * high)
        low, high = (middle, high) if alive(middle) == alive(tau) else (low, middle)
    return low


def test_the_map_beyond_the_models_range(probe: Probes) -> None:
    p = probe("digits")
    frame = frames.whole(collapse_map.TOOL, MapView(d=8, sigma2=5.0), p, Trained(p, latent=8))
    rows, n = readouts(frame), observed(p, p.linear, 1.0, 8)
    assert (rows["τ = βσ²"], rows["network shown at"]) == ("5", "τ = 1")
    assert close(rows["R (nats)"], n["rate"], 2)
    assert rows["collapses next"] == "none"


def test_the_maps_images_differ_by_what_is_said(probe: Probes) -> None:
    p = probe("digits")
    strip = frames.strip(frames.whole(collapse_map.TOOL, MapView(d=8), p), "recon")
    x = p.x[:10]
    decoded = p.linear.decode(p.linear.encode(x, 0.05, 8)[0], 0.05, 8)
    share = decoded.std(0).mean() / x.std(0).mean()
    assert f"differ by {share:.0%}" in strip.title


# the linear laboratory
# ------------------------------------------------------------------------------------------------


class Given:
    """A trainer whose run is done."""

    def __init__(self, answer: Progress | None) -> None:
        self.answer = answer

    def progress(self, settings: Any) -> Progress | None:
        return self.answer

    def stop(self) -> None: ...


@pytest.mark.parametrize(
    ("beta", "s2", "d"), [(1.0, 0.05, 8), (4.0, 0.05, 6), (0.2, 0.3, 3), (2.0, 0.3, 16)]
)
def test_the_linear_laboratory(probe: Probes, beta: float, s2: float, d: int) -> None:
    """pPCA's density with the full covariance, J searched over σ², and plain water-filling."""
    p = probe("digits")
    train = p.data.train.astype(np.float64)
    covariance = np.cov(train.T, bias=True)
    values, vectors = np.linalg.eigh(covariance)
    values, vectors = values[::-1].clip(0), vectors[:, ::-1]

    def terms(sigma2: float) -> tuple[float, float]:
        """Distortion and rate at the optimum for (β, σ²)."""
        first, tau = values[:d], beta * sigma2
        error = np.minimum(first, tau).sum() + values[d:].sum()
        rate = 0.5 * np.log(np.maximum(first / tau, 1)).sum()
        return 0.5 * (D * math.log(2 * math.pi * sigma2) + error / sigma2), rate

    (distortion, rate), tau = terms(s2), beta * s2
    w = vectors[:, :d] * np.sqrt(np.maximum(values[:d] - tau, 0))
    model = w @ w.T + s2 * np.eye(D)
    log_det = np.linalg.slogdet(model)[1]
    trace = np.trace(np.linalg.solve(model, covariance))
    likelihood = -0.5 * (D * math.log(2 * math.pi) + log_det + trace)
    grid = np.geomspace(1e-4, 1, 40_001)
    best = grid[np.argmin([(t := terms(s))[0] + beta * t[1] for s in grid])]
    rows = readouts(frames.now(linear.TOOL, LinearView(beta=beta, sigma2=s2, d=d), p))
    checked(
        rows,
        tau=within(rows["τ = βσ²"], tau),
        above=rows["coded"] == f"{(values[:d] > tau).sum()} of {d}",
        rate=close(rows["R (nats)"], rate, 3),
        distortion=close(rows["D (nats)"], distortion, 2),
        elbo=close(rows["ELBO (nats)"], -(distortion + rate), 2),
        likelihood=close(rows["log p(x)"], likelihood, 2),
        gap=close(rows["gap"], likelihood + distortion + rate, 3),
        sigma2=within(rows["optimal σ²"], best),
    )


def test_the_trained_linear_model(probe: Probes, monkeypatch: pytest.MonkeyPatch) -> None:
    """One bar is off by a quarter, so that the whole and the worst are other numbers."""
    p, d, tau = probe("digits"), 8, 0.2
    values = np.asarray(p.linear.eigenvalues)
    kl = 0.5 * np.log(np.maximum(values[:d] / tau, 1))
    trained = kl.copy()
    trained[1] *= 0.75
    error = np.minimum(values[:d], tau).sum() + values[d:].sum()
    held_out = {"squared_error": 1.08 * error, "active": 5.0}
    run = Progress("done", 4000, 4000, kl=tuple(trained), held_out=held_out)
    monkeypatch.setattr(laboratory_runs, "trainer", lambda context: Given(run))
    rows = readouts(frames.now(linear.TOOL, LinearView(sigma2=tau, d=d, train="on"), p))
    units = int((1 - tau / np.maximum(values[:d], tau) > 0.01).sum())
    assert within(rows["KL off by"], 100 * 0.25 * kl[1] / kl.sum(), 0.02)
    ordered = np.sort(trained)[::-1]
    worst = max(abs(a - b) / b for a, b in zip(ordered, kl, strict=True) if b > 0.1)
    assert within(rows["worst bar"], 100 * worst, 0.02)
    assert rows["active"] == f"5, exact {units}"
    assert within(rows["error off by"], 8.0, 0.02)
    assert len(rows) == 12


# the diagnosis
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("s2", [0.02, 0.3])
def test_the_diagnosis(probe: Probes, s2: float) -> None:
    p, d = probe("digits"), 8
    view = DiagnosisView(d=d, sigma2=s2)
    frame, n = frames.whole(diagnosis.TOOL, view, p), observed(p, p.linear, s2, d)
    rows = readouts(frame)
    share = n["dead"] / d
    alarm = " · alarm" if share > 0.2 else " · warning" if share > 0.1 else ""
    checked(
        rows,
        verdict=rows["verdict"] == frames.table(frame, "verdict").title.removeprefix("Verdict: "),
        tau=within(rows["τ"], s2),
        rate=close(rows["R (nats)"], n["rate"], 2),
        active=rows["active units"] == f"{n['active']} of {d}{by(n, 'spread of μ')}",
        collapsed=rows["collapsed"] == f"{n['dead']} of {d}{by(n, 'KL')}{alarm}",
    )


@pytest.mark.parametrize("s2", [0.02, 0.3])
def test_the_cells_of_the_verdict(probe: Probes, s2: float) -> None:
    """Information by its definition on all pairs; pairs' KL and the losses from their formulas."""
    p, d = probe("digits"), 8
    cells = frames.rows(frames.whole(diagnosis.TOOL, DiagnosisView(d=d, sigma2=s2), p), "verdict")
    mu, logvar = posterior(p.linear, p.x, s2, d)
    n = observed(p, p.linear, s2, d)
    information, error = (float(text) for text in cells["I(x; z)"][0].split(" ± "))
    assert information == pytest.approx(_information(mu, logvar), abs=max(5 * error, 0.02))
    kl = float(cells["KL(q(z) ‖ p)"][0].split(" ± ")[0])
    assert kl + information == pytest.approx(n["rate"], abs=0.02)
    assert cells["I(x; z)"][1].endswith(f"{math.log(len(p.x)):.2f}")
    apart = mu[:, None] - mu[None]
    pairs = 0.5 * (
        logvar[None] - logvar[:, None]
        + (np.exp(logvar)[:, None] + apart**2) / np.exp(logvar)[None] - 1
    ).sum(2)  # fmt: skip
    mean = pairs.sum() / (len(mu) * (len(mu) - 1))
    assert within(cells["pairwise KL"][0], mean, 0.01)
    assert close(cells["loss, own z"][0], n["loss"], 2)
    draws = np.random.default_rng(7).standard_normal((len(mu), d))
    z = mu + np.exp(0.5 * logvar) * draws
    for name, codes in (("… another's z", np.roll(z, 1, 0)), ("… the prior's z", draws)):
        decoded = p.linear.decode(codes.astype(np.float32), s2, d)
        rise = ((p.x - decoded) ** 2).sum(1).mean() - n["loss"]
        value, error = (number(text) for text in cells[name][0].split(" ± "))
        assert value == pytest.approx(rise, abs=5 * error)


def test_each_cell_of_the_verdict_is_its_own_estimate(probe: Probes) -> None:
    """Estimates that are near each other, in the places of each other, would not be noticed."""
    p = probe("digits")
    frame = frames.whole(diagnosis.TOOL, DiagnosisView(d=8, sigma2=0.3), p)
    cells = {name: values[0] for name, values in frames.rows(frame, "verdict").items()}
    result = diagnose(p.linear, 0.3, 8, p.x, reference(p.data.train, "gaussian"))
    pairs = {
        "I(x; z)": (result.aggregate.information, result.aggregate.error),
        "KL(q(z) ‖ p)": (result.aggregate.kl, result.aggregate.error),
        "total correlation": (result.correlation.value, result.correlation.error),
        "… another's z": (result.swap.other_rise.value, result.swap.other_rise.error),
        "… the prior's z": (result.swap.prior_rise.value, result.swap.prior_rise.error),
    }
    for name, (value, error) in pairs.items():
        assert cells[name].lstrip("+") == f"{value:.2f} ± {error:.2f}".replace("-", "−"), name
    assert len(set(cells.values())) == len(cells) == 7


def _information(mu: np.ndarray, logvar: np.ndarray) -> float:
    """E log q(z|x) - log mean_x' q(z|x'), one z per example."""
    draws = np.random.default_rng(5).standard_normal((20, *mu.shape))
    z = mu + np.exp(0.5 * logvar) * draws  # (S, N, d)
    total = 0.0
    for each in z:
        distance = (each[:, None] - mu[None]) ** 2 / np.exp(logvar)[None] + logvar[None]
        log_q = -0.5 * distance.sum(2)  # (N, N)
        top = log_q.max(1)
        mixture = top + np.log(np.exp(log_q - top[:, None]).mean(1))
        total += float((np.diag(log_q) - mixture).mean())
    return total / len(z)


def test_the_records_of_the_diagnosis_are_those_of_the_posteriors(probe: Probes) -> None:
    p, s2, d = probe("digits"), 0.05, 8
    mu, logvar = posterior(p.linear, p.x, s2, d)
    kl = 0.5 * (mu**2 + np.exp(logvar) - 1 - logvar).mean(0)
    observation = probes.observer(p, p.linear)(s2, d)
    drawn = diagnosis._posteriors("3", p, p.linear, observation)
    np.testing.assert_allclose(drawn.mean, mu[:24, 2], atol=1e-5)
    np.testing.assert_allclose(drawn.deviation, np.exp(logvar[:24, 2] / 2), rtol=1e-5)
    np.testing.assert_array_equal(drawn.labels, p.labels[:24])
    assert (drawn.unit, drawn.examples) == (2, len(mu))
    assert drawn.kl == pytest.approx(kl[2], rel=1e-4)
    spread = diagnosis._spread(p.linear, observation)
    np.testing.assert_allclose(spread.var_mu, mu.var(0), rtol=1e-4)
    np.testing.assert_allclose(spread.variance, np.exp(logvar).mean(0), rtol=1e-4)
    np.testing.assert_array_equal(spread.collapsed, kl < 0.1)


def test_the_swapped_codes_move_pixels_by_what_is_said(probe: Probes) -> None:
    p, d, s2 = probe("digits"), 8, 0.05
    strip = frames.strip(frames.whole(diagnosis.TOOL, DiagnosisView(d=d), p), "swap")
    mu = posterior(p.linear, p.x, s2, d)[0][:8].astype(np.float32)
    prior = np.random.default_rng(0).standard_normal((8, 16), np.float32)[:, :d]
    own, other = (p.linear.decode(z, s2, d).astype(np.float64) for z in (mu, prior))
    moved = math.sqrt(((own - other) ** 2).mean())
    assert strip.title == f"A code from the prior moves pixels by {moved:.2f} (RMS), closed form"


# the cures
# ------------------------------------------------------------------------------------------------


def test_the_cures(probe: Probes, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Means over seeds; gains with the baseline's σ² for both, the worst seed's."""
    monkeypatch.setattr(studies, "path_of", lambda data: tmp_path / f"cures-{data}.json")
    monkeypatch.setattr(studies, "pull_path", lambda data: tmp_path / f"free-bits-{data}.json")
    measured = tuple(replace(run, information=0.4 * run.rate) for run in STUDY.runs)
    study = replace(STUDY, runs=measured)
    studies.save(tmp_path / "cures-digits.json", study)
    frame = frames.whole(cures.TOOL, CollapseView(), probe("digits"))
    for cure, cells in zip(study.cures, frames.table(frame, "cures").rows, strict=True):
        runs = [run for run in study.runs if run.cure == cure.name]
        bases = [run for run in study.runs if run.cure == "none"]
        bounds = [-(run.distortion + run.rate) for run in runs]
        gains = [
            b - (-(base.distortion + base.rate)) for b, base in zip(bounds, bases, strict=True)
        ]
        values = [
            np.mean([run.rate for run in runs]),
            np.mean([run.distortion for run in runs]),
            np.mean(bounds),
            min(gains),
        ]
        assert all(close(cell, v, 2) for cell, v in zip(cells[1:5], values, strict=True)), cells
        assert cells[5] == " ".join(str(run.active) for run in runs)
        assert close(cells[6], float(np.mean([run.information for run in runs])), 2)
    rows = readouts(frame)
    dead = sum(run.rate < 0.1 for run in study.runs if run.cure == "none")
    checked(
        rows,
        collapsed=rows["collapsed"] == f"{dead} of 2",
        cures=rows["cures that work"] == "1 of 2",
    )


# rate and distortion
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("beta", "s2"), [(1.0, 0.05), (4.0, 0.1), (0.3, 2.0)])
def test_rate_and_distortion(probe: Probes, beta: float, s2: float) -> None:
    p, d = probe("digits"), 8
    codec = Trained(p, latent=d)
    n = observed(p, codec, min(beta * s2, 1.0), d)
    distortion = 0.5 * (D * math.log(2 * math.pi * s2) + n["loss"] / s2)
    elbo, objective = -(distortion + n["rate"]), distortion + beta * n["rate"]
    view = CollapseView(d=d, beta=beta, sigma2=s2)
    frame = frames.whole(rate_distortion.TOOL, view, p, codec)
    rows = readouts(frame)
    value, error = (number(text) for text in rows["D (nats)"].split(" ± "))
    checked(
        rows,
        rate=close(rows["R (nats)"], n["rate"], 2),
        distortion=abs(value - distortion) < 6e-3 and abs(error - 0.5 * n["error"] / s2) < 6e-3,
        elbo=close(rows["ELBO (nats)"], elbo, 2),
        objective=close(rows["J = D + βR (nats)"], objective, 2),
        active=rows["active units"] == f"{n['active']} of {d}{by(n, 'spread of μ')}",
        collapsed=rows["collapsed"].startswith(f"{n['dead']} of {d}"),
        sigma2=within(rows["optimal σ²"], n["loss"] / D),
        best=close(rows["best ELBO (nats)"], max(_best(codec, s2, d)[0], elbo), 2),
    )
    (words,) = [row[2] for row in frame.readouts if row[0] == "best ELBO (nats)"]
    assert words.startswith(f"At τ = {_best(codec, s2, d)[1]:.3g}:")


def _best(codec: Codec, s2: float, d: int) -> tuple[float, float]:
    """The highest ELBO on the curve, and its τ."""
    curve = codec.curve(d)
    elbo = -(0.5 * (D * math.log(2 * math.pi * s2) + curve.losses / s2) + curve.rates)
    k = int(elbo.argmax())
    return float(elbo[k]), float(curve.taus[k])


# the σ² laboratory
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("s2", [0.01, 0.05, 0.2])
def test_the_sigma2_laboratory(probe: Probes, s2: float) -> None:
    p, d = probe("digits"), 8
    n = observed(p, p.linear, s2, d)
    distortion = 0.5 * (D * math.log(2 * math.pi * s2) + n["loss"] / s2)
    rows = readouts(frames.now(sigma2.TOOL, Sigma2View(d=d, sigma2=s2, beta=3.0), p))
    checked(
        rows,
        rate=close(rows["R (nats)"], n["rate"], 2),
        error=within(rows["MSE per pixel"], n["loss"] / D),
        elbo=close(rows["ELBO (nats)"], -(distortion + n["rate"]), 1),
        contrast=rows["edge's contrast"] == f"{two_modes.contrast(s2):.0%}",
    )
    m = two_modes.contrast(s2)
    assert m == pytest.approx(math.tanh(m / (4 * s2)), abs=1e-9)


def test_the_cells_of_the_sigma2_laboratory(probe: Probes) -> None:
    """Bounds with their errors, and samples' distances to held-out examples, pair by pair."""
    p, d, s2 = probe("digits"), 8, 0.3
    frame = frames.whole(sigma2.TOOL, Sigma2View(d=d, sigma2=s2, rows="all"), p)
    cells, n = frames.rows(frame, "variances"), observed(p, p.linear, s2, d)
    best = variance_levels.best_sigma2(d, p, p.linear)
    for name, network, value in (
        ("fixed", n, s2),
        ("optimal, same network", n, n["loss"] / D),
        ("learned", observed(p, p.linear, best, d), best),
    ):
        distortion = 0.5 * (D * math.log(2 * math.pi * value) + network["loss"] / value)
        elbo, error = (number(text) for text in cells[name][1].split(" ± "))
        assert elbo == pytest.approx(-(distortion + network["rate"]), abs=0.06), name
        assert error == pytest.approx(0.5 * network["error"] / value, abs=0.06), name
    fitted = variance_levels.measure(d, "mean", p, p.linear).pixels.variances
    for name, column, variances in (
        ("learned", 2, 0.0),
        ("learned", 3, best),
        ("per pixel, fitted", 2, 0.0),
        ("per pixel, fitted", 3, fitted),
    ):
        distances = [_distance(p, best, d, variances, seed) for seed in range(1, DRAWS + 1)]
        value, error = (number(text) for text in cells[name][column].split(" ± "))
        assert value == pytest.approx(np.mean(distances), abs=6e-4), (name, column)
        assert error == pytest.approx(np.std(distances, ddof=1) / DRAWS**0.5, abs=6e-4)
    fresh = p.data.train[: len(p.x)]
    apart = 2 * cdist(fresh, p.x).mean() - pdist(fresh).mean() - pdist(p.x).mean()
    source = frames.table(frame, "variances").source
    assert f"(training examples: {apart:.3f})".replace("-", "−") in source


def test_the_words_of_the_sigma2_laboratory(probe: Probes) -> None:
    """What the mosaics', the edge's and the table's own lines say in numbers."""
    p, d, s2 = probe("digits"), 8, 0.05
    frame = frames.whole(sigma2.TOOL, Sigma2View(d=d, sigma2=s2, rows="all"), p)
    x = p.x[:8]
    decoded = p.linear.decode(p.linear.encode(x, s2, d)[0], s2, d).astype(np.float64)
    recon = frames.strip(frame, "recon").finding
    assert f"error per pixel is {((x - decoded) ** 2).mean():.3g}" in recon
    prior = np.random.default_rng(0).standard_normal((16, 8)).astype(np.float32)[:d].T
    deviation = p.linear.decode(prior, s2, d).std(0).mean()
    assert f"of the first row is {deviation:.3g}" in frames.strip(frame, "samples").finding
    m = two_modes.contrast(s2)
    shares = [(1 + m) / 2, (1 - m) / 2]
    rate = sum(q * math.log(2 * q) for q in shares if q > 0)
    edge = frames.strip(frame, "edge")
    assert f"{rate:.2f} nats, error {(1 - m**2) / 4:.3f} of ¼" in edge.source
    assert f"costs {rate:.3f} nats" in edge.finding
    pixels = variance_levels.measure(d, "mean", p, p.linear).pixels
    floored = pixels.variances <= 1e-4
    residuals = _residuals(p, variance_levels.best_sigma2(d, p, p.linear), d)
    gains = _nats(residuals, variance_levels.best_sigma2(d, p, p.linear)) - _nats(
        residuals, pixels.variances
    )
    finding = frames.table(frame, "variances").finding
    words = f"{floored.sum()} of {D} pixels hardly vary and gain {gains[floored].sum():,.1f} nats"
    assert f"{words}, the others {gains[~floored].sum():+,.1f}".replace("-", "−") in finding


def _residuals(p: Probe, s2: float, d: int) -> np.ndarray:
    mu, logvar = posterior(p.linear, p.x, s2, d)
    z = (mu + np.exp(0.5 * logvar) * p.noise[:, :d]).astype(np.float32)
    return (p.x.astype(np.float64) - p.linear.decode(z, s2, d)) ** 2


def _nats(residuals: np.ndarray, variances: Any) -> np.ndarray:
    """-log p(x|z) of each pixel, mean over examples."""
    return 0.5 * (np.log(2 * np.pi * variances) + residuals / variances).mean(0)


def test_the_scenes_of_the_sigma2_laboratory_say_what_was_measured(probe: Probes) -> None:
    p, d = probe("digits"), 8
    named = {s.name: s for s in sigma2.TOOL.scenes(Sigma2View(d=d), at(p, sigma2.TOOL))}
    curve = p.linear.curve(d)
    best = variance_levels.best_sigma2(d, p, p.linear)
    for name, tau, said in (
        ("Best σ²", best, "error, {tau:.2g}, at about {rate:.0f} nats"),
        ("Sharpest", p.linear.tau_range[0], "{rate:.0f} nats per code"),
    ):
        rate = float(np.interp(np.log(tau), np.log(curve.taus), curve.rates))
        assert said.format(tau=tau, rate=rate) in named[name].notice
        assert named[name].settings["sigma2"] == pytest.approx(max(tau, 1e-4), rel=5e-3)


def _distance(p: Probe, sigma2: float, d: int, variances: Any, seed: int) -> float:
    """The energy distance of prior draws of the network for this σ², with pixels drawn."""
    z = np.random.default_rng(seed).standard_normal((SIZE, d), dtype=np.float32)
    mean = p.linear.decode(z, sigma2, d)
    noise = np.random.default_rng(PIXELS + seed).standard_normal(mean.shape, dtype=np.float32)
    x = mean + np.sqrt(variances) * noise
    return float(2 * cdist(x, p.x).mean() - pdist(x).mean() - pdist(p.x).mean())


# effective β
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "labels", "level"),
    [
        ({}, ("τ", "β at σ² = 1"), D / 2),
        ({"error": "half-mse", "over_pixels": "sum", "weight": 3.0}, ("τ", "β at σ² = 1"), 3.0),
        ({"over_latents": "mean"}, ("τ", "β at σ² = 1"), D / 2 / 8),
        ({"over_batch": "kl", "batch": 10}, ("τ", "β at σ² = 1"), 10 * D / 2),
        ({"span": "2"}, ("τ", "β at σ² = 1"), D / 2 / 4),
        ({"error": "l1", "span": "2"}, ("βb", "β at b = 1"), D / 2),
        ({"error": "bce", "over_pixels": "sum", "weight": 4.0}, ("β",), 4.0),
    ],
)
def test_effective_beta(
    probe: Probes, written: dict[str, Any], labels: tuple[str, ...], level: float
) -> None:
    rows = readouts(frames.whole(effective.TOOL, EffectiveView(d=8, **written), probe("digits")))
    assert tuple(rows) == labels
    assert all(within(value, level) for value in rows.values())


def test_the_cells_of_effective_beta(probe: Probes) -> None:
    """τ = 0.1 on the digits: β σ² is τ, the optimal σ² the network's error, and β fits to it."""
    p, view = probe("digits"), EffectiveView(d=8, weight=2 * 0.1 / D, image="32x32x3")
    cells = frames.rows(frames.whole(effective.TOOL, view, p), "reading")
    n, other = observed(p, p.linear, 0.1, 8), 0.1 * 3072 / D
    assert cells["elements D"] == ("64", "3,072")
    for name, here, there in (
        ("βσ² = τ", 0.1, other),
        ("β at σ² = ½", 0.2, 2 * other),
        ("β at σ² = 1", 0.1, other),
        ("σ² at β = 1", 0.1, other),
    ):
        assert within(cells[name][0], here), name
        assert within(cells[name][1], there), name
    assert within(cells["optimal σ² there (MSE)"][0], n["loss"] / D)
    assert within(cells["β at that σ²"][0], 0.1 / (n["loss"] / D))
    assert cells["active units"][0] == f"{n['active']} of 8"


def test_the_known_losses(probe: Probes) -> None:
    """From its formula, on D = 64 and d = 8, and on the data that it was written for."""
    cells = frames.table(frames.whole(effective.TOOL, EffectiveView(d=8), probe("digits")), "known")
    levels = {row[0]: row[2:] for row in cells.rows}
    assert levels == {
        "1 mean MSE": ("τ = 32", ""),
        "2 means everywhere": ("τ = 4", ""),
        "3 PyTorch-VAE": ("τ = 0.008", "τ = 1.54"),
        "4 summed MSE": ("τ = 0.5", ""),
        "5 half MSE": ("τ = 1", ""),
        "6 pytorch/examples": ("β = 1", "β = 1"),
        "7 keras.io": ("β = 1", "β = 1"),
    }
    assert "same" not in cells.title
    assert "mean MSE has the heaviest KL" in cells.finding


def test_the_numbers_over_the_axis_are_known_losses_of_the_same_family(probe: Probes) -> None:
    p, size = probe("digits"), Size(D, 8)
    for error, levels in (
        ("mse", {"1": D / 2, "2": D / 16, "3": 0.00025 * D / 2, "4": 0.5, "5": 1.0}),
        ("bce", {"6": 1.0, "7": 1.0}),
        ("l1", {}),
    ):
        place = effective._place(p, p.linear, Written(error), size)
        assert dict(place.known) == pytest.approx(levels)


@pytest.mark.parametrize(
    ("written", "model"), [({}, True), ({"error": "l1"}, False), ({"error": "bce"}, False)]
)
def test_a_source_names_a_model_where_it_measured_something(
    probe: Probes, written: dict[str, Any], model: bool
) -> None:
    p = probe("digits")
    codec = Trained(p, latent=8)
    frame = frames.whole(effective.TOOL, EffectiveView(d=8, **written), p, codec)
    place = frames.spec(frame, "place").layout["meta"]["source"]
    for source in (place, frames.table(frame, "reading").source):
        assert (codec.source in source) == model


def test_what_is_being_counted_is_said(probe: Probes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "STORE", jobs.Store())
    frames.patience(monkeypatch, 0)
    p = probe("digits")
    frame = frames.now(effective.TOOL, EffectiveView(d=8), p, Trained(p, latent=8))
    assert frame.pending
    assert "being counted" in frames.spec(frame, "place").layout["meta"]["source"]
