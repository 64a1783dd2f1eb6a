"""Number questions: fresh values, answers recomputed by other means, the course's own numbers."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest
from scipy import integrate, stats

from vaeviz.learning.bank import bank
from vaeviz.learning.numbers import (
    GENERATORS,
    Values,
    draw,
    solve_kl,
    solve_size,
    solve_step,
    tolerance,
    written,
)

QUESTIONS = [(one.generator, one.id) for one in bank() if one.kind == "number"]


def integral(p: stats.rv_continuous, q: stats.rv_continuous, mean: float, sd: float) -> float:
    """KL(p ‖ q) by quadrature."""
    lowest, highest = mean - 12 * sd, mean + 12 * sd
    found = integrate.quad(
        lambda z: p.pdf(z) * (p.logpdf(z) - q.logpdf(z)), lowest, highest, limit=200
    )
    return float(found[0])


def kl(v: Values) -> float:
    return integral(stats.norm(v["mu"], v["sigma"]), stats.norm(0, 1), v["mu"], v["sigma"])


def prior(v: Values) -> float:
    q = stats.norm(v["prior_mu"], v["prior_sigma"])
    return integral(stats.norm(v["mu"], v["sigma"]), q, v["mu"], v["sigma"])


def step(v: Values) -> float:
    sigma = math.sqrt(math.exp(v["logvar"]))
    z = v["mu"] + sigma * v["noise"]
    return kl({"mu": v["mu"], "sigma": sigma}) - float(stats.norm(z, 1).logpdf(v["x"]))


def variance(v: Values) -> float:
    """The σ² of the least ½ Σ log C + tr, by search: pPCA with two dimensions."""
    values = np.array([v[n] for n in ("one", "two", "three", "four")])
    levels = np.exp(np.linspace(math.log(0.005), math.log(0.4), 20_001))
    kept = np.log(np.maximum(values[:2], levels[:, None])).sum(1)
    kept += (values[:2] / np.maximum(values[:2], levels[:, None])).sum(1)
    lost = 2 * np.log(levels) + values[2:].sum() / levels
    return float(levels[np.argmin(kept + lost)])


def mean_convention(v: Values) -> float:
    """Both losses have their least value at the same place where their terms keep one ratio."""
    return v["weight"] / (1 / v["elements"]) / 2


def noise(v: Values) -> float:
    """The variance of a unit signal after three steps, step by step."""
    kept = 1.0
    for t in (1, 2, 3):
        kept *= math.sqrt(1 - v[f"beta{t}"])
    return kept**2


def water(asked: str) -> Callable[[Values], float]:
    def found(v: Values) -> float:
        total = 0.0
        for value in (v["one"], v["two"], v["three"]):
            error = min(value, v["tau"])
            total += error if asked == "error" else 0.5 * math.log(value / error)
        return total

    return found


AGAIN: dict[str, Callable[[Values], float]] = {
    "bits": lambda v: v["nats"] * math.log2(math.e),
    "bound": lambda v: v["elbo"] + v["gap"],
    "discriminator": lambda v: 1 / (1 + v["p_model"] / v["p_data"]),
    "general-prior": prior,
    "guidance": lambda v: v["with_label"] + v["w"] * (v["with_label"] - v["without"]),
    "kl": kl,
    "mean-convention": mean_convention,
    "noise-schedule": noise,
    "optimal-variance": variance,
    "spatial-latent": lambda v: 3 * v["factor"] ** 2 / v["channels"],
    "training-step": step,
    "water-error": water("error"),
    "water-rate": water("rate"),
}


@pytest.mark.parametrize("name", GENERATORS)
def test_each_answer_is_found_by_other_means(name: str) -> None:
    generator = GENERATORS[name]
    for seed in range(8):
        inputs = generator.draw(np.random.default_rng(seed))
        answer = generator.solve(**inputs)[generator.answer]
        assert AGAIN[name](inputs) == pytest.approx(answer, rel=1e-3 * (name == "optimal-variance"))


@pytest.mark.parametrize(
    ("mu", "sigma", "nats"), [(0, 1, 0), (2, 1, 2), (0, 0.5, 0.318), (1, 2, 1.307)]
)
def test_the_kl_of_the_course(mu: float, sigma: float, nats: float) -> None:
    assert solve_kl(mu, sigma)["kl"] == pytest.approx(nats, abs=5e-4)


def test_the_training_step_of_the_course() -> None:
    found = solve_step(0.5, 0.0, 1.2, -0.3)
    wanted = {"z": 0.2, "nll": 1.419, "kl": 0.125, "loss": 1.544}
    assert {name: round(found[name], 3) for name in wanted} == wanted


def test_a_spatial_latent_of_the_course_has_48_times_fewer_numbers() -> None:
    assert solve_size(512, 8, 4)["fewer"] == 48


@pytest.mark.parametrize(("generator", "question"), QUESTIONS)
def test_a_seed_is_a_draw_and_other_seeds_are_others(generator: str, question: str) -> None:
    drawn = [draw(generator, question, seed) for seed in range(30)]
    assert drawn[3] == draw(generator, question, 3)
    assert len({str(one.shown) for one in drawn}) > 5
    assert all(one.tolerance == tolerance(one.answer) > 0 for one in drawn)


def test_two_questions_of_one_generator_have_their_own_values() -> None:
    pairs = [(draw("water-rate", "a", s).shown, draw("water-rate", "b", s).shown) for s in range(9)]
    assert any(one != other for one, other in pairs)


def test_what_is_printed_is_what_is_used_and_rounding_is_right() -> None:
    for name, question in QUESTIONS:
        for seed in range(20):
            rng_free = GENERATORS[name].draw(np.random.default_rng(seed))
            for value in rng_free.values():
                assert float(written(value).replace("−", "-")) == value
            drawn = draw(name, question, seed)
            rounded = float(f"{drawn.answer:.3g}")
            assert abs(rounded - drawn.answer) <= drawn.tolerance
    assert (written(-0.3), written(1234567.0), written(0.00005)) == ("−0.3", "1235000", "0.00005")
    assert (tolerance(0.0), tolerance(0.318), tolerance(100.0)) == (0.006, 0.006, 1.0)
    assert tolerance(0.04) < 0.001
