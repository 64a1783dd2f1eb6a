"""Sentences on the numbers of the σ² laboratory."""

from __future__ import annotations

import math

from vaeviz.chapters.collapse.variance_levels import Laboratory, Spread
from vaeviz.chapters.collapse.variance_trained import SideBySide
from vaeviz.records.variance import SampleDistance

CLEAR = 2.0  # standard errors between different numbers
PAPER = "Rybkin et al. 2021 of decoders that put out a variance: 'often gives suboptimal results'."
NO_PAIR = (
    "No two models here differ only in their σ². The page Training makes them: twins in the"
    " likelihood, σ² learned and σ² per pixel, at β = 1; keep them."
)


def headline(lab: Laboratory, trained: SideBySide | None) -> str:
    """The result of the per-pixel σ²: trained, if there is such a model, else fitted."""
    if trained is None:
        return _fitted(lab.pixels.elbo - lab.best[1], max(lab.best[2], lab.pixels.error))
    gain, error = trained.gain
    means = _farther(trained.each.means, trained.one.means)
    pixels = _farther(trained.each.sampled, trained.one.sampled)
    samples = f"{means} samples" if means == pixels else f"{means} means, {pixels} sampled pixels"
    return f"A σ² for every pixel, trained: {_word(-gain, error)} ELBO, {samples}"


def beside(lab: Laboratory, spread: Spread, trained: SideBySide) -> str:
    """The trained pair in numbers, and whether it is at both ends of the table."""
    (gain, error), one, each = trained.gain, trained.one, trained.each
    means, sampled = _against(each.means, one.means), _against(each.sampled, one.sampled)
    most = " Best ELBO and worst samples of all measured here."
    return (
        f"† Trained alike: a σ² for every pixel brings {_signed(gain)} ± {error:,.1f} nats. Its"
        f" samples' distance to held-out examples: {means} as means, {sampled} as sampled pixels."
        f"{most if _both_ends(lab, spread, trained) else ''}"
    )


def sharpest(spread: Spread) -> str:
    """Whether this model's draws are worse at the smallest σ² than at the best one."""
    word = {"worse": "farther from", "better": "nearer to", "equal": "as far from"}
    sharp, best = (f"{x.value:.2f} ± {x.error:.2f}" for x in (spread.sharp, spread.means))
    how = word[_farther(spread.sharp, spread.means)]
    numbers = f"(energy distance {sharp}; best σ²: {best})"
    return f"Samples at the smallest σ² lie {how} the data {numbers}."


def dull(lab: Laboratory, elements: int) -> str:
    """The sources of the gain of fitted per-pixel variances over the best single one."""
    p = lab.pixels
    rest = _signed(p.gain - p.floored_gain)
    pixels = f"{p.floored} of {elements} pixels"
    return f"{pixels} hardly vary and gain {p.floored_gain:,.1f} nats, the others {rest}"


def _signed(nats: float) -> str:
    return f"{nats:+,.1f}".replace("-", "−")


def _fitted(gain: float, error: float) -> str:
    if abs(gain) <= error:
        return "One σ² and one per pixel fit alike"
    return "A σ² for every pixel fits best" if gain > 0 else "One learned σ² fits best"


def _farther(a: SampleDistance, b: SampleDistance) -> str:
    return _word(a.value - b.value, math.hypot(a.error, b.error))


def _word(loss: float, error: float) -> str:
    return "equal" if abs(loss) <= CLEAR * error else "worse" if loss > 0 else "better"


def _both_ends(lab: Laboratory, spread: Spread, trained: SideBySide) -> bool:
    """Whether a trained per-pixel σ² has the best bound and the worst samples of both kinds."""
    one, each = trained.one, trained.each
    best, error = each.elbo
    bounds = one.elbo, lab.best[1:], (lab.pixels.elbo, lab.pixels.error)
    higher = all(_word(value - best, math.hypot(e, error)) == "better" for value, e in bounds)
    samples = [(each.means, other) for other in (one.means, spread.means)]
    samples += [(each.sampled, other) for other in (one.sampled, spread.sampled, spread.fitted)]
    return higher and all(_farther(*both) == "worse" for both in samples)


def _against(a: SampleDistance, b: SampleDistance) -> str:
    """Both numbers, and their ratio where both are clearly above zero."""
    clear = min(a.value - CLEAR * a.error, b.value - CLEAR * b.error) > 0
    return f"{a.value:.3f} against {b.value:.3f}" + f" (×{a.value / b.value:.1f})" * clear
