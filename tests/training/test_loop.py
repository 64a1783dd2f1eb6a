"""The loop: its objective, its determinism, resuming, and failures."""

from __future__ import annotations

import copy
from dataclasses import replace

import numpy as np
import pytest
import torch

from vaeviz.config import LIKELIHOODS, RunSettings, UserError
from vaeviz.models import vae
from vaeviz.objectives import ELBO, Terms
from vaeviz.records import StepRecord
from vaeviz.training.divergence import Diverged
from vaeviz.training.loop import CHECK_EVERY, Trainer, train

SHAPE = (3, 2)
X = np.random.default_rng(0).random((50, 6), dtype=np.float32)
SETTINGS = RunSettings(widths=(16,), latent=3, batch=20, steps=12)


def run(
    settings: RunSettings = SETTINGS, every: int = 1, x: np.ndarray = X
) -> tuple[vae.VAE, list[StepRecord]]:
    model = vae.build(settings, SHAPE)
    return model, list(train(model, x, settings, every))


def same(a: StepRecord, b: StepRecord) -> bool:
    return np.array_equal(a.kl, b.kl) and vars_of(a) == vars_of(b)


def vars_of(record: StepRecord) -> dict[str, object]:
    return {key: value for key, value in vars(record).items() if key != "kl"}


def weights_equal(a: vae.VAE, b: vae.VAE) -> bool:
    return all(torch.equal(t, b.state_dict()[key]) for key, t in a.state_dict().items())


# --- what it minimises
# ------------------------------------------------------------------------------------------------


def test_j_is_distortion_plus_weighted_rate() -> None:
    _, records = run(replace(SETTINGS, beta=3.0, schedule="linear", warmup=6))
    for record in records:
        assert record.objective == pytest.approx(
            record.distortion + record.beta * record.rate, rel=1e-5
        )
        assert record.rate == pytest.approx(record.kl.sum(), rel=1e-5)
        assert record.elbo == -(record.distortion + record.rate)
    assert records[0].beta == pytest.approx(0.5)
    assert records[-1].beta == 3.0


def test_free_bits_floor_each_dimension_of_the_batch_mean() -> None:
    result = Terms(torch.tensor([1.0, 3.0]), torch.tensor([[0.0, 4.0, 0.0], [0.2, 2.0, 1.6]]))
    assert ELBO.weigh(result, 2.0).item() == pytest.approx(2 + 2 * (0.1 + 3 + 0.8))
    assert ELBO.weigh(result, 2.0, 0.5).item() == pytest.approx(2 + 2 * (0.5 + 3 + 0.8))


def test_below_the_floor_a_dimension_is_not_pressed() -> None:
    kl = torch.tensor([[0.1, 2.0]], requires_grad=True)
    ELBO.weigh(Terms(torch.zeros(1), kl), 1.0, 0.5).backward()
    assert kl.grad is not None
    assert kl.grad.tolist() == [[0.0, 1.0]]


def test_a_record_with_free_bits_has_the_floored_objective_and_the_true_rate() -> None:
    record = run(replace(SETTINGS, free_bits=0.5), 12)[1][-1]
    assert record.kl.min() < 0.5
    floored = record.distortion + np.maximum(record.kl, 0.5).sum()
    assert record.objective == pytest.approx(floored, rel=1e-5)
    assert record.rate == pytest.approx(record.kl.sum(), rel=1e-5)


def test_free_bits_keep_dimensions_from_collapse() -> None:
    hard = replace(SETTINGS, beta=30.0, steps=300)
    spared = replace(hard, free_bits=0.5)
    assert run(hard, 300)[1][-1].rate < 0.1
    kl = run(spared, 300)[1][-1].kl
    assert kl == pytest.approx([0.5] * 3, abs=0.2)


def test_one_step_is_adam_on_that_objective() -> None:
    """The update of step 1, repeated in plain torch from the same batch and noise."""
    settings = replace(SETTINGS, beta=2.0, steps=1)
    trained, _ = run(settings)
    model, generator = vae.build(settings, SHAPE), torch.Generator().manual_seed(0)
    x = torch.tensor(X)[torch.randperm(50, generator=generator)[:20]]
    mu, logvar = model.encode(x)
    out = model.decode(mu + (logvar / 2).exp() * torch.randn(mu.shape, generator=generator))
    sigma2 = settings.sigma2
    distortion = ((x - out) ** 2).sum(1) / (2 * sigma2) + 3 * np.log(2 * np.pi * sigma2)
    rate = 0.5 * (mu**2 + logvar.exp() - 1 - logvar).sum(1)
    optimizer = torch.optim.Adam(model.parameters(), lr=settings.learning_rate)
    (distortion + 2 * rate).mean().backward()
    optimizer.step()
    for key, tensor in model.state_dict().items():
        torch.testing.assert_close(trained.state_dict()[key], tensor, rtol=0, atol=2e-5)


def test_an_autoencoder_has_no_noise_and_no_rate() -> None:
    settings = replace(SETTINGS, variational=False, steps=300, learning_rate=1e-2)
    _, records = run(settings, 300)
    assert records[-1].rate == 0
    assert (records[-1].kl == 0).all()
    assert records[-1].distortion < run(replace(settings, variational=True), 300)[1][-1].distortion


def test_training_an_autoencoder_leaves_the_variance_head_alone() -> None:
    settings = replace(SETTINGS, variational=False)
    before, (after, _) = vae.build(settings, SHAPE), run(settings)
    assert torch.equal(before.encoder[-1].weight[3:], after.encoder[-1].weight[3:])  # type: ignore[index]
    assert not torch.equal(before.encoder[-1].weight[:3], after.encoder[-1].weight[:3])  # type: ignore[index]


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_every_likelihood_gets_better(likelihood: str) -> None:
    settings = replace(SETTINGS, likelihood=likelihood, steps=150, learning_rate=3e-3, beta=0.1)
    _, records = run(settings, x=np.tile(X[:4], (10, 1)))
    last, first = (np.mean([r.objective for r in part]) for part in (records[-10:], records[:10]))
    assert last < first


# --- sigma2
# ------------------------------------------------------------------------------------------------


def test_only_a_learned_variance_moves() -> None:
    fixed, learned = run()[0], run(replace(SETTINGS, likelihood="gaussian-learned"))[0]
    assert fixed.log_sigma2.exp().item() == pytest.approx(0.1)
    assert learned.log_sigma2.exp().item() != pytest.approx(0.1)


def test_a_learned_variance_reaches_the_mean_squared_error() -> None:
    """Without z (beta huge) the decoder is a constant, the data's mean; the best sigma2 is the
    variance.
    """
    settings = replace(
        SETTINGS,
        likelihood="gaussian-learned",
        beta=100.0,
        steps=1500,
        batch=50,
        learning_rate=1e-2,
    )
    model, records = run(settings, 1500)
    assert records[-1].sigma2 == pytest.approx(X.var(0).mean(), rel=0.03)
    assert model.log_sigma2.exp().item() == pytest.approx(records[-1].sigma2, rel=0.01)


def test_an_optimal_variance_is_the_batch_s_while_training_and_the_data_s_at_the_end() -> None:
    settings = replace(
        SETTINGS, likelihood="gaussian-optimal", beta=100.0, steps=800, batch=10, learning_rate=1e-2
    )
    model = vae.build(settings, SHAPE)
    for _record in train(model, X, settings, 10):
        of_batch = model.log_sigma2.exp().item()
    assert _record.sigma2 == pytest.approx(of_batch)
    assert _record.distortion == pytest.approx(3 * (1 + np.log(2 * np.pi * of_batch)), rel=1e-4)
    assert model.log_sigma2.exp().item() == pytest.approx(X.var(0).mean(), rel=0.05)


# --- a seed decides everything
# ------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_bits_whatever_the_global_state() -> None:
    torch.manual_seed(1)
    first, records = run()
    torch.manual_seed(2)
    state = torch.random.get_rng_state()
    second, again = run()
    assert torch.equal(torch.random.get_rng_state(), state), "the global generator was used"
    assert weights_equal(first, second)
    assert all(same(a, b) for a, b in zip(records, again, strict=True))
    assert not weights_equal(first, run(replace(SETTINGS, seed=1))[0])


def test_how_often_it_reports_changes_nothing() -> None:
    often, seldom = run(every=1), run(every=5)
    assert weights_equal(often[0], seldom[0])
    assert [record.step for record in seldom[1]] == [5, 10, 12]
    assert all(same(often[1][record.step - 1], record) for record in seldom[1])


@pytest.mark.parametrize("stop", [1, 3, 7])
def test_it_resumes_to_the_last_bit(stop: int) -> None:
    """From the middle of an epoch, with Adam's averages and the generator as they were."""
    whole, records = run(replace(SETTINGS, likelihood="gaussian-learned"))
    settings = replace(SETTINGS, likelihood="gaussian-learned")
    first = Trainer(vae.build(settings, SHAPE), X, settings)
    for _ in range(stop):
        first.advance()
    state = copy.deepcopy(first.state())
    second = Trainer(vae.build(replace(settings, seed=9), SHAPE), X, settings)
    second.restore(state)
    while second.step < settings.steps:
        second.advance()
    assert weights_equal(whole, second.model)  # type: ignore[arg-type]
    assert same(second.record(), records[-1])


def test_a_restored_run_has_no_last_step() -> None:
    trainer = Trainer(vae.build(SETTINGS, SHAPE), X, SETTINGS)
    start = copy.deepcopy(trainer.state())
    trainer.advance()
    assert trainer.measured
    trainer.restore(start)
    assert not trainer.measured
    with pytest.raises(RuntimeError, match="no step"):
        trainer.record()


def test_an_epoch_visits_every_example_once() -> None:
    x = np.arange(50, dtype=np.float32)[:, None]
    settings = replace(SETTINGS, batch=20)
    trainer = Trainer(vae.build(settings, (1,)), x, settings)
    epochs = [
        torch.cat([trainer._next_batch() for _ in range(3)]).flatten().tolist() for _ in range(2)
    ]
    assert [sorted(epoch) for epoch in epochs] == [list(range(50))] * 2
    assert epochs[0] != epochs[1]


def test_a_caller_may_stop_and_keep_the_model() -> None:
    model, short = vae.build(SETTINGS, SHAPE), run(replace(SETTINGS, steps=4))[0]
    for record in train(model, X, SETTINGS):
        if record.step == 4:
            break
    assert weights_equal(model, short)


# --- what goes wrong
# ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("every", "latest"), [(1, 3), (1000, CHECK_EVERY)])
def test_divergence_names_the_step_and_the_cure(every: int, latest: int) -> None:
    settings = replace(SETTINGS, learning_rate=1e30, steps=60)
    with pytest.raises(
        Diverged, match=r"diverged by step \d+: use a learning rate below 1e\+30"
    ) as caught:
        run(settings, every)
    assert isinstance(caught.value, UserError)
    assert 1 <= caught.value.step <= latest


def test_divergence_by_the_very_last_update_is_seen() -> None:
    with pytest.raises(Diverged, match="by step 1:"):
        run(replace(SETTINGS, learning_rate=1e39, steps=1))


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_bad_data_is_refused_with_its_row(value: float) -> None:
    x = X.copy()
    x[17, 2] = value
    with pytest.raises(
        UserError, match="example 17 of the training data has a NaN or infinite value"
    ):
        run(x=x)


@pytest.mark.parametrize("x", [X[0], X[:0], X[:, :0]])
def test_data_of_the_wrong_shape_is_refused(x: np.ndarray) -> None:
    with pytest.raises(UserError, match="give examples as rows"):
        run(x=x)


def test_read_only_data_is_fine() -> None:
    x = X.copy()
    x.setflags(write=False)
    assert weights_equal(run(x=x)[0], run()[0])
