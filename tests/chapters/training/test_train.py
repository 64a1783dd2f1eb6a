"""The Training page's frames: every panel, axes shared by twins, moves in their place, true
read-outs.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import numpy as np
import pytest

from tests.chapters.session import Session
from tests.chapters.training.desk import Desk, fit, take
from tests.figures.learners import MOVES, before, frame, history, learner
from vaeviz import data
from vaeviz.chapters.chapter import Context, Scene
from vaeviz.chapters.controls import controls, rules
from vaeviz.chapters.model.examples import paired
from vaeviz.chapters.model.views import SPAN
from vaeviz.chapters.training import stored, views
from vaeviz.chapters.training.chapter import CHAPTER
from vaeviz.chapters.training.plan import KINDS, MASKED, TWINS, Plan
from vaeviz.chapters.training.readouts import headings, readouts
from vaeviz.chapters.training.rules import RULES
from vaeviz.chapters.training.scenes import FREE, SCENES
from vaeviz.chapters.training.session import of
from vaeviz.chapters.training.train import TOOL, panels
from vaeviz.config import RunSettings
from vaeviz.data.noise import fixed_noise
from vaeviz.figures.theme import LIGHT, THEMES, Spec
from vaeviz.live.message import pack
from vaeviz.measures.codecs.torch_codec import DedicatedCodec
from vaeviz.measures.latent.holes import near_distance, prior_samples
from vaeviz.measures.latent.neighbours import nearest
from vaeviz.models import vae
from vaeviz.records import ImageStrip, LiveFrame
from vaeviz.runs.folder import frame_file
from vaeviz.serve.live_runs import MOVABLE
from vaeviz.serve.probes import Probe
from vaeviz.training.loop import train

Probes = Callable[[str], Probe]
NAMES = {"map", "loss", "rate", "heat", "grads", "recon", "samples"}
TWIN = Plan(data="digits", twin="sigma2", other="1")


def twins(**changes: Any) -> LiveFrame:
    """A and B, which lies elsewhere in every respect."""
    far = history(start=400.0)
    b = learner("B", history=dataclasses.replace(far, rate=far.rate * 3, kl=far.kl * 3), **changes)
    return frame(learner("A"), b)


def spec(made: dict[str, Any], name: str) -> Spec:
    found = made[name]
    assert isinstance(found, Spec)
    return found


def trace(figure: Spec, name: str) -> dict[str, Any]:
    return next(t for t in figure.data if t["name"] == name)


def limits(figure: Spec) -> tuple[Any, Any]:
    return figure.layout["xaxis"]["range"], figure.layout["yaxis"]["range"]


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    return Desk().serve(monkeypatch)


def shown(desk: Desk, plan: Plan, live: LiveFrame, theme: str = "light") -> Session:
    """The page of the owner of a run with this frame."""
    run = desk.run("running", plan)
    frame_file.write(run.folder, live)
    page = Session(CHAPTER, holds=True)
    page.opens(theme, run=run.key)
    return page


@pytest.mark.parametrize("name", ["digits", "moons"])
@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("count", [1, 2])
def test_a_message_is_whole(name: str, theme: str, count: int, probe: Probes, desk: Desk) -> None:
    dim = probe(name).elements
    both = [learner(label, dim=dim) for label in "AB"] if count == 2 else [learner(dim=dim)]
    plan = dataclasses.replace(TWIN if count == 2 else Plan(data="digits"), data=name)
    header = shown(desk, plan, frame(*both), theme).header
    assert set(header["panels"]) == (
        NAMES if count == 1 else {f"{k}-{n}" for k in "ab" for n in NAMES}
    )
    assert header["layout"] == ("one" if count == 1 else "twins")
    assert (header["transport"]["state"], header["empty"]) == ("running", "")
    assert header["paper"] == THEMES[theme].paper
    assert take(header["settings"])[0] == paired(plan, probe(name))
    for panel in header["panels"].values():
        about = panel["figure"]["layout"]["meta"] if "figure" in panel else panel
        assert about["title"]
        assert len(about["alt"]) > 20
        assert (
            about["source"].startswith("live model")
            or "plane" in about["source"]
            or name == "moons"
        )


@pytest.mark.parametrize("name", ["digits", "moons"])
def test_plotly_accepts_every_figure(name: str, probe: Probes) -> None:
    p = probe(name)
    for run in (
        frame(learner(dim=p.elements)),
        before(learner(dim=p.elements, history=history(0))),
    ):
        for panel in panels(Plan(data="digits"), p, run, LIGHT).values():
            if isinstance(panel, Spec):
                panel.draw()


def test_without_a_run_and_a_stored_one_there_is_a_line_of_what_to_do(
    desk: Desk, probe: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stored, "load", lambda: None)
    probe(Plan().data)  # on a busy machine it may take longer than a page waits
    header = Session(CHAPTER).opens()
    assert header["panels"] == {}
    assert "Start" in header["empty"]
    assert (header["readouts"], header["headings"], header["layout"]) == ([], {}, "one")
    assert (header["pending"], header["again"]) == (False, None)
    assert header["transport"]["state"] == "none"


def test_a_frame_that_the_browser_holds_is_neither_drawn_nor_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = shown(desk, Plan(data="digits"), frame())
    first, whole = page.header, page.size
    monkeypatch.setattr("vaeviz.chapters.training.train._learner", None)  # nothing is drawn again
    monkeypatch.setattr("vaeviz.chapters.training.views.axes", None)
    again = page.says()
    assert again["panels"].keys() == first["panels"].keys() == NAMES
    np.testing.assert_equal(again["panels"]["heat"], first["panels"]["heat"])
    assert page.size < whole / 5
    assert again["readouts"]


def test_the_page_s_map_widens_with_a_run_and_never_shrinks(desk: Desk) -> None:
    def reach(header: dict[str, Any]) -> float:
        return header["panels"]["map"]["figure"]["layout"]["xaxis"]["range"][1]

    near = learner()
    run, page = desk.run("running", Plan(data="digits")), Session(CHAPTER)
    frame_file.write(run.folder, frame(dataclasses.replace(near, mu=near.mu * 8)))
    wide = reach(page.opens(run=run.key))
    frame_file.write(run.folder, frame(near))
    assert reach(page.says()) == wide > SPAN
    assert reach(Session(CHAPTER).opens(run=run.key)) == SPAN  # who comes later


def test_twins_share_every_axis_and_every_scale(probe: Probes) -> None:
    made = panels(TWIN, probe("digits"), twins(), LIGHT)
    for name in NAMES - {"recon", "samples"}:
        a, b = spec(made, f"a-{name}"), spec(made, f"b-{name}")
        assert limits(a) == limits(b), name
    scales = [trace(spec(made, f"{k}-heat"), "KL (nats)") for k in "ab"]
    assert scales[0]["zmax"] == scales[1]["zmax"]
    assert scales[0]["colorscale"] == scales[1]["colorscale"]


def test_each_axis_covers_both_twins(probe: Probes) -> None:
    both = twins()
    at = views.axes(TWIN, both, probe("digits"))
    for seen in both.learners:
        past = seen.history
        assert at.loss[0] <= past.distortion.min()
        assert past.distortion[5:].max() <= at.loss[1]
        assert past.rate.max() <= at.rate
        assert past.kl.max() <= at.heat
        norms = past.distortion_gradient[::2]
        assert 10 ** at.gradients[0] <= norms.min()
        assert np.quantile(norms, 0.9) <= 10 ** at.gradients[1]
    alone = [views.axes(TWIN, frame(seen), probe("digits")) for seen in both.learners]
    assert alone[0].loss != alone[1].loss  # so that sharing has been put to the test
    assert alone[0].heat != alone[1].heat


def test_the_span_widens_and_never_shrinks(probe: Probes) -> None:
    p, seen = probe("digits"), learner()
    wide = dataclasses.replace(seen, mu=seen.mu * 8)
    first = views.axes(Plan(data="digits"), frame(seen), p)
    second = views.axes(Plan(data="digits"), frame(wide), p, first)
    assert first.span == SPAN < second.span
    assert views.axes(Plan(data="digits"), frame(seen), p, second).span == second.span
    assert (
        spec(panels(Plan(data="digits"), p, frame(seen), LIGHT, second), "map").layout["xaxis"][
            "range"
        ][1]
        == second.span
    )


def test_moves_are_drawn_at_their_steps_and_what_tells_twins_apart_moves_in_a_alone(
    probe: Probes,
) -> None:
    made = panels(TWIN, probe("digits"), twins(), LIGHT)
    over = ("loss", "rate", "heat", "grads")
    steps = {
        key: [set(trace(spec(made, f"{key}-{n}"), "moves")["x"]) for n in over] for key in "ab"
    }
    assert steps["a"] == [{m.step for m in MOVES}] * 4
    assert steps["b"] == [{m.step for m in MOVES if m.name != "sigma2"}] * 4
    assert " β→4" in trace(spec(made, "a-loss"), "moves, named")["text"]


def test_means_are_called_means_and_samples_samples(probe: Probes) -> None:
    p, seen = probe("digits"), learner()
    for show, symbol in (("mu", "μ"), ("z", "z")):
        record = views.latent_map(Plan(data="digits", show=show, i=2, j=4), seen, p, SPAN)
        assert record.symbol == symbol
        for column, k in ((0, 1), (1, 3)):
            sampled = seen.mu[:, k] + np.exp(seen.logvar[:, k] / 2) * p.noise[:60, k]
            np.testing.assert_allclose(
                record.points[:, column], sampled if show == "z" else seen.mu[:, k]
            )
        for chosen in record.chosen:
            np.testing.assert_array_equal(chosen.mean, seen.mu[chosen.index, [1, 3]])
            np.testing.assert_allclose(
                chosen.deviation, np.exp(seen.logvar[chosen.index, [1, 3]] / 2)
            )


def test_the_maps_noise_is_the_runs(probe: Probes) -> None:
    """Beyond the 16 dimensions of the probe set too."""
    p = probe("digits")
    for latent in (8, 20, 32):
        drawn = fixed_noise(359, latent)
        for k in (0, latent - 1):
            np.testing.assert_array_equal(views.noise(p, k, 359), drawn[:, k])


def test_a_plain_autoencoder_has_points_and_no_posteriors(probe: Probes) -> None:
    seen = learner(variational=False)
    record = views.latent_map(Plan(data="digits", show="z"), seen, probe("digits"), SPAN)
    np.testing.assert_array_equal(record.points, seen.mu[:, :2])
    assert all((chosen.deviation == 0).all() for chosen in record.chosen)
    rows = {
        label: value for label, value, *_ in readouts(Plan(data="digits", model="ae"), frame(seen))
    }
    assert (rows["ELBO (nats)"], rows["R (nats)"], rows["β now"]) == ("—", "—", "—")


def test_with_one_dimension_the_other_axis_is_the_prior(probe: Probes) -> None:
    record = views.latent_map(Plan(data="digits", latent=1), learner(d=1), probe("digits"), SPAN)
    assert (record.points[:, 1] == 0).all()
    assert [chosen.deviation[1] for chosen in record.chosen] == [1.0, 1.0]


def test_the_read_outs_are_the_learners(probe: Probes) -> None:
    seen = learner(beta=0.5, sigma2=0.02, distortion=-30.25, rate=4.5)
    rows = {label: value for label, value, *_ in readouts(Plan(data="digits"), frame(seen))}
    assert rows == {
        "step": "100 of 3,000",
        "R (nats)": "4.50",
        "D (nats)": "−30.2",
        "ELBO (nats)": "25.8",
        "J (nats)": "−28.0",
        "active": "3 of 4",
        "collapsed": "1 of 4",
        "β now": "0.5",
        "σ² now": "0.02",
    }
    both = {
        label: value for label, value, *_ in readouts(TWIN, frame(seen, learner("B", rate=1.0)))
    }
    assert both["R (nats)"] == ["4.50", "1.00"]
    bernoulli = readouts(Plan(data="digits", likelihood="bernoulli"), frame(seen))
    assert next(value for label, value, *_ in bernoulli if label == "σ² now") == "—"
    own = readouts(Plan(data="digits", likelihood="gaussian-per-pixel"), frame(seen))
    assert next(value for label, value, *_ in own if label == "σ² now") == "one per pixel"


def test_the_read_outs_say_how_many_examples_they_are_of() -> None:
    for count in (60, 400):
        words = {
            label: h
            for label, _, h, _ in readouts(Plan(data="digits"), frame(learner(count=count)))
        }
        for name in ("R (nats)", "D (nats)", "ELBO (nats)", "J (nats)", "active"):
            assert f" {count} " in words[name]


@pytest.mark.parametrize(
    ("kl", "level"),
    [([1.0] * 10, ""), ([1.0] * 8 + [0.0] * 2, "warning"), ([1.0] * 7 + [0.0] * 3, "alarm")],
)
def test_collapse_raises_the_alarm(kl: list[float], level: str) -> None:
    seen = learner(d=10, kl=np.array(kl))
    row = next(
        r
        for r in readouts(Plan(data="digits"), frame(learner(d=10, kl=np.ones(10)), seen))
        if r[0] == "collapsed"
    )
    assert row[3] == ["", level]


@pytest.mark.parametrize("twin", [*TWINS][1:])
def test_headings_say_what_tells_the_twins_apart(twin: str) -> None:
    plan = take(
        {"data": "digits", "twin": twin, "decoder": "masked" if twin in MASKED else "mirror"}
    )[0]
    members = plan.members
    both = [learner(k, beta=m.beta, sigma2=m.sigma2) for k, m in zip("AB", members, strict=True)]
    found = headings(plan, frame(*both))
    assert set(found) == {"a", "b"}
    assert found["a"].startswith("1: ")
    assert found["b"].startswith("2: ")
    assert found["a"][3:] != found["b"][3:]
    assert len(found["a"]) > 5
    assert headings(Plan(data="digits"), frame()) == {}


def test_the_view_follows_the_page_and_the_rest_the_run() -> None:
    run, page = (
        Plan(data="digits", latent=4, twin="beta", other="4"),
        Plan(data="digits", latent=16, show="z", i=9, j=12, a=7, beta=3.0),
    )
    look = views.shown(run, page)
    assert (look.show, look.i, look.j, look.a) == ("z", 4, 3, 7) or (look.i, look.j) == (4, 1)
    assert look.i != look.j
    assert (look.latent, look.beta, look.twin) == (4, 1.0, "beta")


def test_rows_that_are_not_finite_are_left_out() -> None:
    past = history()
    past.distortion[3], past.kl[5, 1], past.rate[7] = np.nan, np.inf, np.nan
    kept = views.sound(past)
    np.testing.assert_array_equal(kept.step, np.delete(history().step, [3, 5, 7]))
    assert np.isnan(kept.distortion_gradient).any()  # they may be missing


def test_a_run_full_of_nan_can_be_sent(probe: Probes) -> None:
    seen = learner()
    bad = {
        f.name: np.full_like(getattr(seen, f.name), np.nan)
        for f in dataclasses.fields(seen)
        if isinstance(getattr(seen, f.name), np.ndarray)
    }
    worst = history(
        **{n: np.full_like(v, np.nan) for n, v in vars(history()).items() if n != "step"}
    )
    broken = dataclasses.replace(
        seen, **bad, distortion=float("nan"), rate=float("inf"), history=worst
    )
    assert "not finite" in json.dumps(readouts(Plan(data="digits"), frame(broken)))
    at = views.axes(Plan(data="digits"), frame(broken), probe("digits"))
    assert pack(panels(Plan(data="digits"), probe("digits"), frame(broken), LIGHT, at))


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([1, 2, 3], "every step"),
        ([2, 4, 6, 7], "every 2nd step"),
        ([], "every step"),
        ([64, 128], "every 64th step"),
        ([0, 11], "every 11th step"),
        ([0, 1003], "every 1,003rd step"),
    ],
)
def test_the_source_says_which_steps(steps: list[int], words: str) -> None:
    assert views.every(np.array(steps, float)) == words


def test_the_source_says_batch_and_stride(probe: Probes) -> None:
    made = panels(Plan(data="digits", batch=64), probe("digits"), frame(), LIGHT)
    assert spec(made, "loss").layout["meta"]["source"] == "live model · batch of 64, every 4th step"


def test_the_originals_stand_above_their_reconstructions(probe: Probes) -> None:
    p, seen = probe("digits"), learner()
    recon = panels(Plan(data="digits"), p, frame(seen), LIGHT)["recon"]
    assert isinstance(recon, ImageStrip)
    assert recon.images.shape == (2, 5, 8, 8)
    for k, at in enumerate(found(p, recon)):
        np.testing.assert_allclose(
            recon.images[1, k] / 255, seen.recon[at].reshape(8, 8), atol=0.5 / 255 + 1e-6
        )


def found(p: Probe, strip: ImageStrip) -> list[int]:
    """Which examples the originals are."""
    away = [np.abs(p.x - image.ravel() / 255).max(1) for image in strip.images[0]]
    assert max(each.min() for each in away) < 0.5 / 255 + 1e-6
    return [int(each.argmin()) for each in away]


def test_the_originals_are_of_different_classes(probe: Probes) -> None:
    """Three sixes tell less of a model than a six, a two and a nine."""
    p = probe("digits")
    many = [learner(k, recon=p.x[:60].copy()) for k in "AB"]
    made = panels(TWIN, p, frame(*many), LIGHT)
    for name in ("a-recon", "b-recon"):
        strip = made[name]
        assert isinstance(strip, ImageStrip)
        assert len({int(p.labels[k]) for k in found(p, strip)}) == strip.images.shape[1] == 3


def test_a_frame_of_twins_is_small(desk: Desk) -> None:
    big = history(512, d=16)
    a, b = (learner(k, d=16, count=359, history=big) for k in "AB")
    page = shown(desk, TWIN, frame(a, b))
    assert page.size < 200_000


def described(plan: Plan, runs: bool = False) -> dict[str, dict[str, Any]]:
    """The page's controls by name; `runs`: while a model is there to be moved."""
    context = Context(LIGHT, rules=RULES)
    of(context).frame = frame() if runs else None
    made = controls(plan, TOOL.controls, rules(plan, context), LIGHT, ())
    return {control["name"]: control for control in made}


@pytest.mark.parametrize(
    "plan",
    [
        Plan(data="digits"),
        Plan(data="digits", model="ae"),
        Plan(data="digits", likelihood="bernoulli"),
        Plan(data="moons"),
        *(Plan(**scene.settings) for scene in SCENES),
    ],
    ids=range(4 + len(SCENES)),
)
def test_every_control_belongs_to_a_setting_and_offers_its_value(plan: Plan) -> None:
    plan = fit(plan)[0]
    made = described(plan)
    assert set(made) == set(KINDS) - {"speed"}
    assert {n for n, c in made.items() if c["group"] == "live"} == set(MOVABLE)
    assert {c["group"] for c in made.values()} == {"live", "setup", "view"}
    for name, c in made.items():
        assert c["help"]
        value = getattr(plan, name)
        if c["kind"] == "choice":
            assert str(value) in {option for option, _, off in c["options"] if not off}, name
        else:
            assert c["min"] <= value <= c["max"]


def test_what_does_nothing_is_off_and_says_why() -> None:
    def off(plan: Plan, runs: bool = False) -> set[str]:
        idle = {name for name, c in described(plan, runs).items() if c.get("disabled")}
        assert idle >= set(MASKED)  # none of these plans has a masked decoder
        return idle - set(MASKED)

    assert off(Plan(data="digits")) == {"warmup", "other"}
    assert off(Plan(data="digits", schedule="linear")) == {"other"}
    assert off(Plan(data="digits", likelihood="bernoulli")) == {"warmup", "other", "sigma2"}
    assert off(Plan(data="digits", model="ae")) == {
        "warmup",
        "other",
        "beta",
        "schedule",
        "free_bits",
    }
    assert off(Plan(data="digits", model="ae", twin="model", other="vae")) == {"warmup"}
    for name in ("gaussian-learned", "gaussian-per-pixel"):
        assert off(Plan(data="digits", likelihood=name)) == {"warmup", "other"}
        assert off(Plan(data="digits", likelihood=name), runs=True) == {"warmup", "other", "sigma2"}
    free = described(Plan(data="digits", decoder="masked"))
    apart = described(Plan(data="digits", twin="decoder", other="masked"))
    assert not {name for name in MASKED if free[name].get("disabled")}
    assert all("one of the twins has another" in apart[name]["disabled"] for name in MASKED)


def test_a_warm_up_is_no_longer_than_the_run() -> None:
    assert described(Plan(data="digits", schedule="linear", steps=700))["warmup"]["max"] == 700


def test_a_twins_value_that_is_no_round_number_is_offered() -> None:
    options = described(Plan(data="digits", twin="sigma2", other="0.037"))["other"]["options"]
    assert "0.037" in [value for value, *_ in options]
    assert "0.02" not in [value for value, *_ in options]  # A's own


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_ready_twins_can_be_trained_and_differ_in_one_setting(scene: Scene) -> None:
    plan = Plan(**scene.settings)
    assert data.describe(plan.data).embedded
    assert fit(plan) == (plan, [])
    one, two = plan.settings()
    names = [f.name for f in dataclasses.fields(RunSettings)]
    assert len([n for n in names if getattr(one, n) != getattr(two, n)]) == 1
    assert 20 < len(scene.notice) < 110


def test_ready_twins_go_through_the_page_whatever_was_there_before() -> None:
    assert len({scene.name for scene in SCENES}) == len(SCENES)
    for base in (
        Plan(data="digits"),
        Plan(data="moons", twin="beta", other="1", architecture="mlp", seed=5, speed="10"),
    ):
        for scene in SCENES:
            kept = {name: getattr(base, name) for name in FREE}
            assert take(scene.settings, base) == (Plan(**{**scene.settings, **kept}), [])


def test_what_a_masked_decoder_paints_says_that_it_comes_from_z_alone(probe: Probes) -> None:
    run = Plan(data="digits", decoder="masked", twin="decoder", other="mirror")
    made = panels(run, probe("digits"), twins(), LIGHT)
    a, b = made["a-recon"], made["b-recon"]
    assert isinstance(a, ImageStrip)
    assert isinstance(b, ImageStrip)
    assert a.title.startswith("From z alone: ")
    assert b.title.startswith("Copies: ")
    assert "none of x seen" in a.source
    assert "none of x seen" not in b.source
    helps = [
        next(h for label, _, h, _ in readouts(p, twins()) if label == "D (nats)")
        for p in (run, TWIN)
    ]
    assert ["those of x before" in words for words in helps] == [True, False]


def test_the_twins_of_holes_do_as_their_line_says(probe: Probes) -> None:
    data_set = probe("digits").data
    x, limit = data_set.held_out.copy(), near_distance(data_set.held_out, data_set.train)
    errors, near = [], []
    for settings in Plan(**SCENES[0].settings).settings():
        model = vae.build(settings, data_set.shape)
        for _ in train(model, data_set.train, settings, every=500):
            pass
        codec, tau, d = DedicatedCodec(model, settings.likelihood, 1.0, ""), 1.0, settings.latent
        errors.append(float(((x - codec.decode(codec.encode(x, tau, d)[0], tau, d)) ** 2).mean()))
        draws = codec.decode(prior_samples(500, d, 0), tau, d)
        near.append(float((nearest(draws, data_set.train)[0] <= limit).mean()))
    assert errors[0] < 0.9 * errors[1]  # the autoencoder copies better
    assert near[0] < 0.2
    assert near[1] > 0.9


def test_the_map_says_that_its_points_glide(probe: Probes) -> None:
    assert (
        "glide"
        in spec(
            panels(Plan(data="digits"), probe("digits"), frame(learner()), LIGHT), "map"
        ).layout["meta"]["source"]
    )


def test_the_panels_draw_the_history(probe: Probes) -> None:
    seen = learner()
    past, made = seen.history, panels(Plan(data="digits"), probe("digits"), frame(seen), LIGHT)
    np.testing.assert_allclose(trace(spec(made, "heat"), "KL (nats)")["z"], past.kl.T)
    np.testing.assert_allclose(trace(spec(made, "rate"), "R")["y"], past.rate)
    np.testing.assert_allclose(trace(spec(made, "loss"), "D")["y"], past.distortion)
    np.testing.assert_allclose(trace(spec(made, "loss"), "−ELBO")["y"], past.distortion + past.rate)
    norms = trace(spec(made, "grads"), "log10 ‖∇βR‖")
    np.testing.assert_allclose(10 ** norms["y"], past.rate_gradient[::2])


def test_the_address_of_a_run_opens_what_is_looked_at_and_what_waits(desk: Desk) -> None:
    run = desk.run("running", Plan(data="moons", widths="64", a=4, b=0))
    page = Session(CHAPTER)
    assert page.opens(run=run.key)["address"] == f"?run={run.key}"
    header = page.says(steps=700, show="z", beta=2.0)
    assert dict(parse_qsl(header["address"][1:])) == {"run": run.key, "steps": "700", "show": "z"}
    assert page.memory.address == f"?run={run.key}"  # what Streamlit knows does not change
    again = Session(CHAPTER).opens(**dict(parse_qsl(header["address"][1:])))
    assert again["settings"] == header["settings"]
