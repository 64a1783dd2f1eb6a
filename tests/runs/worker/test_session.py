"""A live run is a function of settings, data and moves: paused, rewound, repeated."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.runs.live_runs import TINY, advance, line, same_history, same_weights, session
from vaeviz import data
from vaeviz.config import RunSettings, UserError
from vaeviz.models import vae
from vaeviz.runs.worker.member import COUNT, GRADED, fixed_noise
from vaeviz.runs.worker.recorder import COLUMNS, STRIDE, Recorder
from vaeviz.runs.worker.session import GRADIENTS_EVERY, Session
from vaeviz.runs.worker.twins import PAIRS, Line
from vaeviz.training.loop import train
from vaeviz.training.schedules import beta_at

FLOOR = 1e-3  # nats; the first step is above it


def test_a_session_is_the_bare_loop() -> None:
    model = vae.build(TINY, data.load(TINY.data).shape)
    records = list(train(model, data.load(TINY.data).train, dataclasses.replace(TINY, steps=64)))
    watched = session(line(steps=64), 0)
    for _ in range(64):
        watched.advance()
        watched.frame()
    assert all(
        map(
            torch.equal, model.state_dict().values(), watched.members[0].model.state_dict().values()
        )
    )
    history = watched.frame().learners[0].history
    assert history.step.tolist() == list(range(STRIDE, 65, STRIDE))
    kept = [record for record in records if record.step % STRIDE == 0]
    np.testing.assert_array_equal(history.distortion, [r.distortion for r in kept])
    np.testing.assert_array_equal(history.kl, [r.kl for r in kept])
    np.testing.assert_allclose(history.elbo, [r.elbo for r in kept], rtol=1e-6)


def test_rewinding_and_running_again_gives_the_same_curve() -> None:
    run = session(line({"beta": 4.0}), 70)
    run.move("learning_rate", 0.1)
    advance(run, 30)
    run.rewind()
    assert (run.step, run.moves, run.value("learning_rate")) == (0, [], TINY.learning_rate)
    advance(run, 90)
    fresh = session(run.line, 90)
    assert same_weights(run, fresh)
    assert same_history(run, fresh)


@pytest.mark.parametrize(
    ("twin", "takes_effect"),
    [
        ({"free_bits": 0.5}, 1),
        ({"variational": False}, 1),
        ({"beta": 4.0}, 1),
        ({"sigma2": 0.5}, 1),
        ({"schedule": "linear", "warmup": 50}, 1),
        ({"schedule": "cyclical", "warmup": 50}, 1),
    ],
)
def test_twins_start_equal_and_come_apart_when_their_setting_acts(
    twin: dict, takes_effect: int
) -> None:
    run = session(line(twin))
    assert equal_parameters(run)
    advance(run, takes_effect)
    assert not equal_parameters(run)


def equal_parameters(run: Session) -> bool:
    return all(map(torch.equal, *(member.model.parameters() for member in run.members)))


def test_free_bits_leave_the_twins_equal_until_the_first_dimension_is_below_the_floor() -> None:
    run = session(line({"free_bits": FLOOR}, sigma2=5.0))
    for _ in range(400):
        run.advance()
        below = run.members[0].trainer.record().kl.min() < FLOOR
        assert equal_parameters(run) != below
        if below:
            break
    assert 1 < run.step < 400


def test_a_warm_up_of_one_step_is_a_constant() -> None:
    run = session(line({"schedule": "constant", "warmup": 0}, schedule="linear", warmup=1), 50)
    assert equal_parameters(run)
    assert np.array_equal(*(member.recorder.rows for member in run.members), equal_nan=True)


@pytest.mark.parametrize("twin", [{"variational": False}, {"decoder": "linear"}, {"beta": 9.0}])
def test_twins_see_the_same_batches_and_noise_for_good(twin: dict) -> None:
    run = session(line(twin), 150)
    a, b = (member.trainer for member in run.members)
    assert torch.equal(a.generator.get_state(), b.generator.get_state())
    assert torch.equal(a.order, b.order)


def test_twins_with_other_decoders_start_with_the_same_encoder() -> None:
    a, b = (
        member.model.encoder.state_dict() for member in session(line({"decoder": "linear"})).members
    )
    assert all(torch.equal(a[name], b[name]) for name in a)


def test_a_move_acts_from_the_next_step_on_in_both_twins() -> None:
    run, plain = session(line({"free_bits": 0.1}), 10), session(line({"free_bits": 0.1}), 10)
    run.move("beta", 3.0)
    assert same_weights(run, plain)
    advance(run, 1)
    advance(plain, 1)
    assert not same_weights(run, plain)
    assert [member.trainer.record().beta for member in run.members] == [3.0, 3.0]
    assert [(m.step, m.name, m.value) for m in run.moves] == [(10, "beta", 3.0)]


def test_what_tells_twins_apart_moves_in_the_first_alone() -> None:
    run = session(line({"sigma2": 0.5}), 5)
    run.move("sigma2", 0.2)
    advance(run, 1)
    assert [round(member.trainer.record().sigma2, 6) for member in run.members] == [0.2, 0.5]


def test_moves_reach_optimizer_and_decoder() -> None:
    run = session(steps=3)
    run.move("learning_rate", 0.05)
    run.move("sigma2", 0.3)
    assert run.members[0].trainer.optimizer.param_groups[0]["lr"] == 0.05
    assert run.frame().learners[0].sigma2 == pytest.approx(0.3)
    assert run.frame().learners[0].learning_rate == 0.05


def test_moves_that_cannot_be() -> None:
    run = session(steps=1)
    with pytest.raises(UserError, match="cannot move during a run"):
        run.move("latent", 3)
    with pytest.raises(UserError, match="finite"):
        run.move("beta", float("nan"))
    assert run.moves == []
    assert run.value("beta") == 1.0


def test_a_replayed_move_is_made_at_its_step() -> None:
    first = session(steps=20)
    first.move("beta", 5.0)
    advance(first, 20)
    again = session(steps=0)
    again.replay(first.moves)
    assert (
        again.value("beta") == 5.0
    )  # where it is going, so that the page's slider asks for nothing new
    advance(again, 40)
    assert same_weights(first, again)
    assert same_history(first, again)


def test_a_new_move_replaces_a_move_to_be_repeated() -> None:
    run = session(steps=5)
    run.replay([*run.moves, *session_moves(8, 7.0)])
    run.move("beta", 2.0)
    advance(run, 10)
    assert run.value("beta") == 2.0


def session_moves(step: int, beta: float) -> list:
    made = session(steps=step)
    made.move("beta", beta)
    return made.moves


def test_looking_changes_nothing() -> None:
    watched, alone = session(steps=0), session(steps=30)
    for _ in range(30):
        watched.frame()
        watched.advance()
    assert same_weights(watched, alone)
    assert same_history(watched, alone)


def test_a_frame_holds_what_the_model_says() -> None:
    run = session(steps=25)
    seen, model = run.frame().learners[0], run.members[0].model
    x = torch.tensor(data.load(TINY.data).held_out[:COUNT])
    with torch.inference_mode():
        mu, logvar = model.encode(x)
        np.testing.assert_array_equal(seen.mu, mu)
        np.testing.assert_array_equal(seen.recon, model.decode(mu[:300]))
    exact = 0.5 * (mu.double() ** 2 + logvar.double().exp() - 1 - logvar.double()).mean(0)
    np.testing.assert_allclose(seen.kl, exact, rtol=1e-4, atol=1e-6)
    assert seen.rate == pytest.approx(float(exact.sum()), rel=1e-4)
    assert seen.active == int((mu.var(0, correction=0) > 0.01).sum())
    assert seen.history.step[-1] == 25


@pytest.mark.parametrize("likelihood", ["gaussian", "gaussian-optimal", "bernoulli"])
def test_a_frame_judges_all_examples_by_the_sigma2_of_training(likelihood: str) -> None:
    run = Session(line(likelihood=likelihood, data="digits"), data.load("digits"))
    advance(run, 25)
    seen, model = run.frame().learners[0], run.members[0].model
    x, noise = run.probes.x, run.probes.noise
    with torch.inference_mode():
        mu, logvar = model.encode(x)
        out = model.decode(mu + (0.5 * logvar).exp() * noise)
    sigma2 = model.log_sigma2.exp()
    each = (
        F.binary_cross_entropy_with_logits(out, x, reduction="none")
        if likelihood == "bernoulli"
        else 0.5 * ((x - out) ** 2 / sigma2 + (2 * math.pi * sigma2).log())
    )
    assert len(each) == len(seen.mu)  # as many as the rate is of
    assert seen.distortion == pytest.approx(each.sum(1).mean().item(), rel=1e-5)


def test_before_the_first_step_there_is_no_history() -> None:
    frame = session().frame()
    assert len(frame.learners[0].history.step) == 0
    assert frame.learners[0].history.kl.shape == (0, 2)


@pytest.mark.parametrize(
    ("schedule", "beta"),
    [
        ({}, 2.5),
        ({"schedule": "linear", "warmup": 400}, 2.5 * 100 / 400),
        ({"schedule": "cyclical", "warmup": 30}, 2.5 * (99 % 30) / 15),
    ],
)
def test_gradient_norms_are_those_of_autograd(schedule: dict, beta: float) -> None:
    """At step 100, by the β that the schedule has reached there."""
    run = session(line(beta=2.5, steps=500, **schedule), 100)
    member = run.members[0]
    assert run.frame().learners[0].beta == pytest.approx(beta)
    measured = run.frame().learners[0].history
    x, noise = run.probes.x[:GRADED], run.probes.noise[:GRADED]
    norms = []
    for part in ("distortion", "rate"):
        member.model.zero_grad()
        mu, logvar = member.model.encode(x)
        out = member.model.decode(mu + (0.5 * logvar).exp() * noise)
        if part == "distortion":
            (0.5 * ((x - out) ** 2).sum(1) / TINY.sigma2).mean().backward()
        else:
            (beta * 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)).mean().backward()
        norms.append(
            sum(float((p.grad**2).sum()) for p in member.model.encoder.parameters()) ** 0.5
        )
    assert measured.distortion_gradient[-1] == pytest.approx(norms[0], rel=1e-4)
    assert measured.rate_gradient[-1] == pytest.approx(norms[1], rel=1e-4)


def test_a_thinned_history_keeps_all_its_gradient_norms() -> None:
    recorder, width = Recorder(0), len(COLUMNS)
    for step in filter(recorder.due, range(1, 12_001)):
        measured = step % max(GRADIENTS_EVERY, recorder.stride) == 0
        recorder.add(np.concatenate([[step], np.full(width - 1, 1.0 if measured else np.nan)]))
    kept = recorder.rows[np.isfinite(recorder.rows[:, -1]), 0]
    assert kept.tolist() == list(range(GRADIENTS_EVERY, 12_001, GRADIENTS_EVERY))


def test_free_bits_take_the_gradient_of_the_rate_away_below_the_floor() -> None:
    run = session(line(free_bits=50.0), 100)
    assert run.frame().learners[0].history.rate_gradient[-1] == 0


def test_a_plain_autoencoder_has_no_rate() -> None:
    run = session(line(variational=False), 100)
    seen, model, x = run.frame().learners[0], run.members[0].model, run.probes.x[:GRADED]
    model.zero_grad()
    (0.5 * ((x - model.decode(model.encode(x)[0])) ** 2).sum(1) / TINY.sigma2).mean().backward()
    squares = [(p.grad**2).sum() for p in model.encoder.parameters() if p.grad is not None]
    measured = seen.history.distortion_gradient[-1]
    assert measured == pytest.approx(float(sum(squares)) ** 0.5, rel=1e-4)
    assert (seen.rate, seen.history.rate_gradient[-1]) == (0, 0)
    assert seen.kl.tolist() == [0, 0]


def test_the_schedule_is_in_the_history() -> None:
    run = session(line(schedule="linear", warmup=40), 60)
    result = run.frame().learners[0].history
    wanted = [beta_at(run.line.settings, int(step)) for step in result.step]
    assert result.beta.tolist() == pytest.approx(wanted)


@settings(deadline=None, max_examples=30)
@given(st.integers(1, 3000), st.sampled_from([4, 10, 64]))
def test_the_history_is_bounded_evenly_spaced_and_never_loses_its_start(
    steps: int, capacity: int
) -> None:
    recorder = Recorder(1, capacity)
    for step in range(1, steps + 1):
        if recorder.due(step):
            recorder.add(np.array([step, *[0.0] * len(COLUMNS)]))
    kept = recorder.history().step
    assert len(kept) <= capacity
    assert kept.tolist() == list(range(recorder.stride, steps + 1, recorder.stride))
    assert len(kept) >= capacity // 2 or recorder.stride == STRIDE


def test_the_noise_is_the_explorer_s_and_a_larger_d_keeps_the_first_dimensions() -> None:
    from vaeviz.measures.observe import probe_set

    _, noise = probe_set(np.zeros((1000, 3), np.float32))
    np.testing.assert_array_equal(fixed_noise(500, 5, 0), noise[:500, :5])
    np.testing.assert_array_equal(fixed_noise(7, 40, 0)[:, :20], fixed_noise(7, 20, 0))


def test_twins_differ_in_one_setting_and_can_be_written_down() -> None:
    pair = line({"schedule": "linear", "warmup": 30})
    assert pair.differs == "schedule"
    assert Line.from_json(pair.to_json()) == pair
    assert Line.from_json(line().to_json()).twin is None
    assert set(sum(PAIRS.values(), ())) <= {f.name for f in dataclasses.fields(RunSettings)}
    for bad in ({"beta": 2.0, "sigma2": 1.0}, {"latent": 3}, {"beta": TINY.beta}, {"seed": 1}):
        with pytest.raises(UserError, match="exactly one of"):
            line(bad)
    for values in ({}, {"settings": 3}, {"settings": TINY.to_json(), "twin": "x"}):
        with pytest.raises(UserError, match="no settings"):
            Line.from_json(values)
