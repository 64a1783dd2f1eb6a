"""The plan of the timed drill: four stages in 40 minutes, and what good work looks like in each.

The paper is Kingma & Welling 2014 (arXiv:1312.6114).
"""

from __future__ import annotations

from dataclasses import dataclass

PAPER = "Kingma & Welling 2014, Auto-Encoding Variational Bayes (arXiv:1312.6114)"


@dataclass(frozen=True)
class Stage:
    """A stage of the drill; `good` has one point of the rubric per line."""

    name: str
    title: str
    minutes: int
    do: str
    good: tuple[str, ...]


@dataclass(frozen=True)
class Point:
    """A point of the explanation's rubric: what to say, and how it often goes wrong."""

    name: str
    says: str
    wrong: str


STAGES = (
    Stage(
        "read",
        "Read",
        12,
        "Read sections 2.1 to 2.4, section 3 and appendix B of the paper. Write down every symbol"
        " with its shape.",
        (
            "You can say what q(z|x), p(z) and p(x|z) are, and which network gives which.",
            "You have the loss of section 3 (equation 10) on paper, with both of its terms.",
            "You know which of its terms is sampled and which has a closed form.",
        ),
    ),
    Stage(
        "explain",
        "Explain",
        5,
        "Close the paper. Explain the VAE aloud, or in ten written lines, to someone who knows"
        " neural networks but no VAE.",
        (
            "You name both terms of the ELBO, and what happens without each.",
            "You say why z = μ + σε, and what would have no gradient otherwise.",
            "You say why the encoder puts out log σ², and not σ.",
        ),
    ),
    Stage(
        "implement",
        "Implement",
        16,
        "Complete the stub: Encoder, reparameterize, loss, train. Write a line, then run it.",
        (
            "Each function is a few lines, and says the shape where it changes.",
            "Sums go over coordinates and latent dimensions, means over examples.",
            "You looked at one batch before you trained: shapes, and a finite loss.",
        ),
    ),
    Stage(
        "check",
        "Check",
        5,
        "Run `python -m vaeviz drill check FILE`. Mend the first red line, and run it again.",
        (
            "All checks are green, and you can say what each would have caught.",
            "Your loss falls from about 4.2 to about 1.6 in 800 epochs.",
            "About nine of ten decoded prior samples are within 1.0 of a centre.",
        ),
    ),
)
MINUTES = 40  # the stages' 38, and two to open the files

EXPLANATION = (
    Point(
        "generative",
        "The model draws z from the prior N(0, I) and x from p(x|z); the decoder gives p(x|z).",
        "Taking the VAE for an autoencoder that compresses.",
    ),
    Point(
        "posterior",
        "p(z|x) can't be computed; the encoder gives an approximation, N(μ(x), diag σ²(x)).",
        "Saying that the encoder gives one code per example.",
    ),
    Point(
        "bound",
        "log p(x) = ELBO + KL(q(z|x)‖p(z|x)), so that the ELBO is a lower bound.",
        "Mixing up this KL with the one in the ELBO, which is to the prior.",
    ),
    Point(
        "terms",
        "ELBO = E_q[log p(x|z)] − KL(q(z|x)‖p(z)): reconstruct, and stay close to the prior.",
        "Forgetting the KL, or adding it to the ELBO instead of subtracting it.",
    ),
    Point(
        "without-kl",
        "Without the KL the posteriors shrink to points far apart, and prior samples decode badly.",
        "Saying only that the KL regularizes.",
    ),
    Point(
        "gradient",
        "A sampled z has no gradient to μ and σ; z = μ + σε with ε ~ N(0, I) has one.",
        "Saying that sampling itself is made differentiable.",
    ),
    Point(
        "log-variance",
        "log σ² may be any number and σ² = exp(log σ²) is positive.",
        "Letting the network put out σ, which may be negative.",
    ),
)


def timetable() -> str:
    """The stages as Markdown: minutes, what to do, what good looks like."""
    parts = []
    for stage in STAGES:
        good = "\n".join(f"- {line}" for line in stage.good)
        parts.append(f"## {stage.title}: {stage.minutes} minutes\n\n{stage.do}\n\n{good}")
    return "\n\n".join(parts)
