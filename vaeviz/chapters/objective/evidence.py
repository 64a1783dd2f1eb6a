"""The tool ELBO: log p(x) of one number, split into the ELBO and its gap."""

from __future__ import annotations

import math
from dataclasses import dataclass

from vaeviz.chapters.chapter import Context, Frame, Row, Scene, Tool
from vaeviz.chapters.objective import predictions
from vaeviz.chapters.objective.step import StepView
from vaeviz.figures.elbo_over_mean import MU, elbo_over_mean
from vaeviz.figures.evidence_bars import evidence_bars
from vaeviz.figures.graph import written
from vaeviz.figures.toy_posteriors import toy_posteriors
from vaeviz.figures.twin import Twin
from vaeviz.theory.toy_bound import Bound, bound, elbo, posterior
from vaeviz.theory.two_gaussians import LINE, Gaussian

SOURCE = "closed form: decoder N(z, s²)"


@dataclass(frozen=True)
class EvidenceView(StepView):
    """The numbers of One step; there is no draw, since the mean over z is known."""

    @property
    def sigma(self) -> float:
        """σ of q."""
        return math.exp(0.5 * self.logvar)


def show(view: EvidenceView, context: Context) -> Frame:
    """q beside the true posterior, the sum, and the ELBO over μ."""
    theme, q = context.theme, Gaussian(view.mu, view.sigma)
    made = bound(view.mu, view.sigma, view.x, view.noise)
    over = elbo_over_mean(view.mu, made, elbo(MU, view.sigma, view.x, view.noise), theme, SOURCE)
    return Frame(
        {
            "posteriors": Twin.of(
                toy_posteriors(q, made.posterior, view.x, theme, SOURCE), "toy_posteriors",
                line=LINE.tolist(),
            ),
            "sum": Twin.of(evidence_bars(made, theme, SOURCE), "evidence_bars"),
            "over": Twin.of(over, "elbo_over_mean", line=MU.tolist()),
        },
        _rows(made),
        rows=(("posteriors posteriors", "1fr"), ("sum over", "1.15fr")),
    )  # fmt: skip


def _rows(made: Bound) -> list[Row]:
    true = made.posterior
    return [
        ("log p(x)", written(made.evidence), "log N(x; 0, 1 + s²), nats", ""),
        ("ELBO", written(made.elbo), "E log p(x|z) − KL(q ‖ p(z)), nats", ""),
        ("gap", written(made.gap), "KL(q ‖ p(z|x)), computed by itself", ""),
        ("D", written(-made.likelihood), "−E log p(x|z), nats", ""),
        ("R", written(made.rate), "KL(q ‖ p(z)), nats", ""),
        ("best μ, σ", f"{written(true.mu)}, {written(true.sigma)}", "Those of p(z|x)", ""),
    ]


def scenes(view: EvidenceView, context: Context) -> list[Scene]:
    """Where the gap is, and where it is not."""
    given = {"x": 1.2, "noise": 1.0}
    true = posterior(1.2, 1.0)
    best = {"mu": round(true.mu, 2), "logvar": round(2 * math.log(true.sigma), 2), **given}
    return [
        Scene("Prior as q", "q = p(z): R is 0, but D is large. The gap is what x would have told.",
              {"mu": 0.0, "logvar": 0.0, **given}),
        Scene("True posterior", "q = p(z|x): the gap is 0 and the ELBO is log p(x).", best),
        Scene("Too narrow", "The right mean, too small a σ: R grows faster than D falls.",
              {**best, "logvar": -4.0}),
        Scene("Far x", "x = 4: unlikely under the model, so even the best ELBO is low.",
              {"x": 4.0, "noise": 1.0, "mu": 2.0, "logvar": -0.69}),
    ]  # fmt: skip


TOOL = Tool(
    "elbo",
    "ELBO",
    "Drag q: the ELBO rises until q is the true posterior, and never passes log p(x).",
    EvidenceView,
    show,
    controls=("mu", "logvar", "x", "noise"),
    scenes=scenes,
    predictions=predictions.ELBO,
)
