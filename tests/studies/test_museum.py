"""The museum of bugs: the switch changes the result, and the named check is red with the mistake
and green without it.
"""

from __future__ import annotations

import numpy as np
import pytest
import torch

from vaeviz import data
from vaeviz.models import parts
from vaeviz.models.parts import RIGHT, Parts
from vaeviz.models.tiny import Tiny
from vaeviz.records.checks import Check
from vaeviz.records.museum import Version
from vaeviz.serve import jobs
from vaeviz.studies import museum
from vaeviz.studies.museum import EXHIBITS, false_alarm, inverted_weights, perplexity, stratified
from vaeviz.studies.museum.run import Run
from vaeviz.studies.six import CASES, checked
from vaeviz.theory.gaussian_kl import log_density

MISTAKES = [name for name, exhibit in EXHIBITS.items() if exhibit.check]


def version(name: str, wrong: bool) -> Version:
    """As the page has it: exhibits share the mended one, and tests of one process all of them."""
    study = EXHIBITS[name].study
    key = ("museum", study.key(wrong))
    made = jobs.get(key, lambda: study.version(wrong, lambda look: None), jobs.STUDY, patience=120)
    assert made is not None
    return made


def named(made: Version, name: str) -> Check:
    return next(check for check in made.checks if check.name == name)


def last(name: str, wrong: bool, curve: str) -> float:
    return float(next(line.y[-1] for line in version(name, wrong).lines if line.name == curve))


def test_there_are_twelve_mistakes_and_one_false_alarm() -> None:
    assert len(MISTAKES) == 12
    assert [name for name in EXHIBITS if name not in MISTAKES] == ["false-alarm"]
    assert all(exhibit.right and exhibit.wrong for exhibit in EXHIBITS.values())
    addresses = [address for exhibit in EXHIBITS.values() for _, address in exhibit.seen]
    assert len(set(addresses)) == len(addresses)
    for exhibit in EXHIBITS.values():
        for label, address in exhibit.seen:
            repository, number = label.split("#")
            assert address.startswith(f"https://github.com/{repository}/")
            assert address.endswith(f"/{number}")


@pytest.mark.parametrize("name", MISTAKES)
def test_the_switch_changes_the_result_and_the_named_check_turns_red(name: str) -> None:
    wrong, right = version(name, True), version(name, False)
    check = EXHIBITS[name].check
    assert not named(wrong, check).passed
    assert named(right, check).passed
    assert all(each.passed for each in right.checks)
    assert wrong.summary != right.summary
    assert any(
        not np.allclose(w.y, r.y, rtol=0.02) for w, r in zip(wrong.lines, right.lines, strict=True)
    )


@pytest.mark.parametrize(
    ("name", "beta"),
    [("pixel-mean", 64.0), ("kl-mean", 1 / 8), ("no-kl", 0.0), ("unused-beta", 1.0),
     ("kl-sign", -1.0), ("twice", 16.0), ("long-warmup", 0.03), ("no-gradient", 1.0)],
)  # fmt: skip
def test_the_effective_weight_is_the_one_that_the_words_say(name: str, beta: float) -> None:
    assert named(version(name, True), "weight").values[0] == pytest.approx(beta, rel=1e-4)


def test_what_each_mistake_does_to_the_model() -> None:
    for collapsed in ("pixel-mean", "no-gradient", "twice"):
        assert last(collapsed, True, "KL") < 0.01 < last(collapsed, False, "KL")
        assert last(collapsed, True, "error") > 1.5 * last(collapsed, False, "error")
    for loose in ("kl-mean", "no-kl", "long-warmup"):
        assert last(loose, True, "KL") > 2 * last(loose, False, "KL")
        assert not named(version(loose, True), "samples").passed
    first, end = named(version("kl-sign", True), "falls").values
    assert end < -1e4 < 0 < first
    assert named(version("kl-sign", True), "falls").passed  # a falling loss is no proof
    assert last("raw-sigma", True, "KL") < 0.2 * last("raw-sigma", False, "KL")
    assert last("raw-sigma", True, "error") < last("raw-sigma", False, "error")


def test_an_unused_beta_gives_the_run_of_one_to_the_last_digit() -> None:
    one, four = version("pixel-mean", False), version("unused-beta", True)
    for plain, unused in zip(one.lines, four.lines, strict=True):
        np.testing.assert_array_equal(plain.y, unused.y)


def test_the_false_alarm_passes_all_checks_and_ends_where_the_sum_does() -> None:
    divided, summed = version("false-alarm", True), version("false-alarm", False)
    assert all(check.passed for check in (*divided.checks, *summed.checks))
    for a, b in zip(divided.lines, summed.lines, strict=True):
        assert a.y[-1] == pytest.approx(b.y[-1], rel=0.02)


def test_the_false_alarm_has_the_same_gradient_but_for_one_factor() -> None:
    x = torch.tensor(data.load("digits").train[:64])
    noise = torch.randn((64, 8), generator=torch.Generator().manual_seed(0))

    def gradient(written: Parts) -> torch.Tensor:
        model = Tiny(written, 64, 8, 0)
        x_hat, mu, logvar = model(x, noise)
        written.loss(written.error(x_hat, x), written.kl(mu, logvar), 2.0).backward()
        return torch.cat([p.grad.ravel() for p in model.parameters() if p.grad is not None])

    divided = gradient(Parts(error=false_alarm.error, loss=false_alarm.loss))
    torch.testing.assert_close(64 * divided, gradient(RIGHT), rtol=1e-4, atol=1e-5)
    mistake = gradient(Parts(error=false_alarm.error))  # only one term is divided: exhibit 1
    cosine = torch.nn.functional.cosine_similarity(mistake, gradient(RIGHT), dim=0)
    assert float(cosine) < 0.9


def test_inverted_weights_tend_to_the_harmonic_mean_and_right_ones_to_the_evidence() -> None:
    line = np.linspace(-12, 12, 200_001)
    log_joint = log_density(line, 0.0, 1.0) + log_density(inverted_weights.X, line, 1.0)
    log_q = log_density(line, inverted_weights.MEAN, inverted_weights.VARIANCE)
    step = line[1] - line[0]
    evidence = np.log(np.exp(log_joint).sum() * step)
    harmonic = -np.log(np.exp(2 * log_q - log_joint).sum() * step)
    elbo = (np.exp(log_q) * (log_joint - log_q)).sum() * step
    for wrong, end in ((False, evidence), (True, harmonic)):
        weigh = inverted_weights.inverted if wrong else inverted_weights.log_weights
        _, log_w = inverted_weights.draws(weigh)
        means, errors = inverted_weights.bounds(-log_w if wrong else log_w, wrong)
        assert abs(means[0] - elbo) < 4 * errors[0]
        assert abs(means[-1] - end) < 0.1
        assert np.all(np.diff(means) * (1 if not wrong else -1) > 0)
    truth = version("inverted-weights", True).truth
    assert truth is not None
    assert evidence == pytest.approx(truth.y[0])


@pytest.mark.parametrize("width", [2, 5, 16])
def test_the_stratified_matrix_is_the_papers(width: int) -> None:
    """Chen et al. 2018, appendix C.2: 1/N for the draw's own posterior, and one other weight."""
    total, rest = 100, width - 1
    w = stratified.matrix(stratified.diagonal, width, total)
    other = (total - rest) / (total * rest)
    for k in range(width):
        assert w[k, k] == 1 / total
        assert sorted(np.delete(w[k], k)) == pytest.approx(
            sorted([1 / rest] * (rest - 1) + [other])
        )
    np.testing.assert_allclose(w.sum(1), 1.0)


def test_the_column_gives_each_draw_itself_far_too_much() -> None:
    w = stratified.matrix(stratified.column, 16, 100)
    assert w[5, 5] == 1 / 15
    assert (w[:-1, 0] == 1 / 100).all()


def test_each_weight_of_the_stratified_picture_is_a_cell_between_lines() -> None:
    made = stratified.picture(stratified.matrix(stratified.diagonal, 8, 512)).images[0, 0]
    assert made.shape == (8 * stratified.CELL + 1,) * 2
    middle = made[stratified.CELL // 2 :: stratified.CELL, stratified.CELL // 2 :: stratified.CELL]
    assert (np.diag(middle) == stratified.ONCE).all()
    counts = [(middle == grey).sum() for grey in (stratified.ONCE, stratified.OTHER)]
    assert counts == [8, 8]
    assert (middle == stratified.REST).sum() == 8 * 6
    lines = made[:: stratified.CELL]
    assert (lines == stratified.BETWEEN).all()
    assert (made[:, :: stratified.CELL] == stratified.BETWEEN).all()
    assert made.max() < 0.9 * 255  # seen on white


def test_perplexity_counts_codes() -> None:
    even = np.tile(np.arange(64), 10)
    assert perplexity.counted(perplexity.split(even, 32)) == pytest.approx(64)
    assert perplexity.averaged(perplexity.split(even, 32)) == pytest.approx(32)
    codes = perplexity.codes_of_digits()
    share = np.array([(codes == k).mean() for k in range(64)])
    entropy = -sum(p * np.log(p) for p in share if p)
    assert perplexity.counted([codes]) == pytest.approx(np.exp(entropy))
    each = [perplexity.averaged(perplexity.split(codes, size)) for size in perplexity.BATCHES]
    assert np.all(np.diff(each) > 0)


def six(name: str) -> dict[str, Check]:
    key = ("six checks", name, 0)
    made = jobs.get(key, lambda: checked(CASES[name], 0), jobs.STUDY, patience=120)
    assert made is not None
    return {check.name: check for check in made.checks}


@pytest.mark.parametrize("name", CASES)
def test_a_broken_model_fails_its_check_and_a_sound_one_none(name: str) -> None:
    red = {each for each, check in six(name).items() if not check.passed}
    assert CASES[name].red in red if CASES[name].red else not red
    assert six("sound")[CASES[name].red].passed if CASES[name].red else True


def test_every_trained_exhibit_is_one_run_of_the_same_settings() -> None:
    runs = [e.study for e in EXHIBITS.values() if isinstance(e.study, Run)]
    assert len(runs) == 10
    assert {run.steps for run in runs} == {museum.run.STEPS}
    assert {run.right for run in runs if run.right.beta_at is parts.beta_at} == {RIGHT}
