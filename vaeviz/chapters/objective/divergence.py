"""The tool KL: two Gaussians to drag, and their divergence three ways."""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.chapters.chapter import Context, Frame, Row, Scene, Tool
from vaeviz.chapters.objective import predictions
from vaeviz.chapters.objective.view import ObjectiveView
from vaeviz.chapters.settings import Log, OneOf, Real, Whole, setting
from vaeviz.figures.kl_integrand import kl_integrand
from vaeviz.figures.running_mean import AT, running_mean
from vaeviz.figures.twin import Twin
from vaeviz.figures.two_gaussians import two_gaussians
from vaeviz.theory.gaussian_kl import kl
from vaeviz.theory.two_gaussians import DRAWS, LINE, Divergence, Gaussian, divergence, noise

DIRECTIONS = {"reverse": "KL(q ‖ p)", "forward": "KL(p ‖ q)"}
ESTIMATE = f"estimate, {DRAWS:,} samples; lines: two standard errors · closed form"
PRIOR = {"p_mu": 0.0, "p_sigma": 1.0, "direction": "reverse"}


@dataclass(frozen=True)
class DivergenceView(ObjectiveView):
    """Both Gaussians, which way round, and the draws of the estimate."""

    q_mu: float = setting(
        1.0, Real(-4, 4), "mean of q", "μ", "The mean of q",
        form="linear", step=0.01, spoken="mean of q", colour="posterior",
    )  # fmt: skip
    q_sigma: float = setting(
        0.5, Log(0.05, 4.0), "deviation of q", "σ", "The standard deviation of q",
        spoken="deviation of q", colour="posterior",
    )  # fmt: skip
    p_mu: float = setting(
        0.0, Real(-4, 4), "mean of p", "μ₀", "The mean of p; a VAE's prior has 0",
        form="linear", step=0.01, spoken="mean of p", colour="prior",
    )  # fmt: skip
    p_sigma: float = setting(
        1.0, Log(0.2, 4.0), "deviation of p", "σ₀",
        "The standard deviation of p; a VAE's prior has 1",
        spoken="deviation of p", colour="prior",
    )  # fmt: skip
    direction: str = setting(
        "reverse", OneOf(tuple(DIRECTIONS)), "direction", "which way round",
        "The VAE's objective has KL(q ‖ p): the mean over draws of q", titles=DIRECTIONS,
    )  # fmt: skip
    draw: int = setting(
        0, Whole(0, 9999), "draws", "draws no.", "Each number is another set of 1,000 draws",
    )  # fmt: skip

    @property
    def pair(self) -> tuple[Gaussian, Gaussian]:
        """The one over which the mean is taken, and the other."""
        q, p = Gaussian(self.q_mu, self.q_sigma), Gaussian(self.p_mu, self.p_sigma)
        return (q, p) if self.direction == "reverse" else (p, q)


def show(view: DivergenceView, context: Context) -> Frame:
    """The curves, the integrand and the estimate."""
    theme, epsilon = context.theme, noise(view.draw)
    made = divergence(*view.pair, epsilon)
    q, p = Gaussian(view.q_mu, view.q_sigma), Gaussian(view.p_mu, view.p_sigma)
    first, second = ("q", "p") if view.direction == "reverse" else ("p", "q")
    line = LINE.tolist()
    area = kl_integrand(made, f"{first} log({first}/{second})", theme, f"quadrature, {_off(made)}")
    return Frame(
        {
            "gaussians": Twin.of(
                two_gaussians(q, p, theme, "closed form"), "two_gaussians", line=line
            ),
            "integrand": Twin.of(area, "kl_integrand", line=line),
            "running": Twin.of(
                running_mean(made, theme, ESTIMATE),
                "running_mean",
                noise=epsilon.tolist(),
                at=AT.tolist(),
            ),
        },
        _rows(view, made),
        rows=(("gaussians gaussians", "1fr"), ("integrand running", "1fr")),
    )


def _rows(view: DivergenceView, made: Divergence) -> list[Row]:
    first, second = view.pair
    other = float(kl(second.mu, second.sigma, first.mu, first.sigma))
    back = DIRECTIONS["forward" if view.direction == "reverse" else "reverse"]
    mean, error = float(made.running[-1]), float(made.error[-1])
    return [
        (DIRECTIONS[view.direction], f"{made.exact:.4f}", "Closed form, nats", ""),
        (back, f"{other:.4f}", "The other way round: another number", ""),
        ("by quadrature", f"{made.quadrature:.4f}", "The area of the integrand, nats", ""),
        ("by draws", f"{mean:.3f} ± {error:.3f}", f"{DRAWS:,} draws, one standard error", ""),
    ]


def _off(made: Divergence) -> str:
    """By how much the sum of trapezoids misses the closed form."""
    miss = abs(made.quadrature - made.exact)
    return "trapezoids miss by " + (f"{miss:.0e}" if miss > 1e-12 else "under 1e-12")


def scenes(view: DivergenceView, context: Context) -> list[Scene]:
    """The four values to know, a posterior that becomes a point, and another prior."""
    return [
        Scene("(0, 1)", "q is the prior: the KL is 0, and every draw says 0.",
              {**PRIOR, "q_mu": 0.0, "q_sigma": 1.0}),
        Scene("(2, 1)", "μ² / 2: two deviations away cost 2 nats.",
              {**PRIOR, "q_mu": 2.0, "q_sigma": 1.0}),
        Scene("(0, ½)", "Narrower costs, too: 0.318 nats.",
              {**PRIOR, "q_mu": 0.0, "q_sigma": 0.5}),
        Scene("(1, 2)", "Off and wider: 1.307 nats.", {**PRIOR, "q_mu": 1.0, "q_sigma": 2.0}),
        Scene("σ → 0", "The KL grows as −log σ: a posterior can't become a point.",
              {**PRIOR, "q_mu": 0.0, "q_sigma": 0.05}),
        Scene("Another prior", "Two Gaussians anywhere: only distance and widths count.",
              {"q_mu": 2.0, "q_sigma": 0.5, "p_mu": 1.0, "p_sigma": 2.0, "direction": "reverse"}),
    ]  # fmt: skip


TOOL = Tool(
    "kl",
    "KL",
    "Drag two bell curves: how far apart are they, in nats, and what does each z add?",
    DivergenceView,
    show,
    controls=("q_mu", "q_sigma", "p_mu", "p_sigma", "direction", "draw"),
    scenes=scenes,
    predictions=predictions.KL,
)
