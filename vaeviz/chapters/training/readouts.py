"""The read-outs of a live run on its held-out examples, and what tells twins apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from vaeviz.chapters.chapter import Row, Text
from vaeviz.chapters.training.plan import DECLARED, Plan
from vaeviz.chapters.training.views import THRESHOLD
from vaeviz.densities import LIKELIHOODS, Variance
from vaeviz.figures.over_steps import number
from vaeviz.records import ACTIVE, Learner, LiveFrame, alarm
from vaeviz.records.training import TWINS


def readouts(shown: Plan, frame: LiveFrame) -> list[Row]:
    """The read-outs; of twins, a list of both values."""
    both, members = frame.learners, shown.members
    examples = len(both[0].mu)
    return [
        ("step", f"{frame.step:,} of {frame.steps:,}", "Updates made, of those planned", ""),
        ("R (nats)", _each(_rate, both),
         f"Mean KL(q(z|x) ‖ p(z)) of {examples} held-out examples", ""),
        ("D (nats)", _each(lambda learner: number(learner.distortion), both),
         f"Mean −log p(x|z) of the same {examples} examples, all constants, one fixed ε"
         f" each{_pixels_seen(shown)}", ""),
        ("ELBO (nats)", _each(_elbo, both),
         f"The evidence lower bound −(D + R) on these {examples} examples; a plain autoencoder has"
         " none", ""),
        ("J (nats)", _each(_objective, both),
         f"D + βR on these {examples} examples, with the β now in force", ""),
        ("active", _each(lambda learner: f"{learner.active} of {learner.mu.shape[1]}", both),
         f"Dimensions whose μ varies: Var(μ) over {ACTIVE:g} on {examples} examples. Collapsed is"
         " another measure, by KL; a dimension can be both", ""),
        ("collapsed", _each(_collapsed, both),
         f"Dimensions with less than {THRESHOLD:g} nats of KL, whether μ varies or not; warning"
         " over 10 %, alarm over 20 % of the dimensions", _each(_alarm, both)),
        ("β now", _each(lambda learner: f"{learner.beta:.3g}" if learner.variational else "—",
                        both),
         "The weight of R in force at this step, after its schedule", ""),
        ("σ² now", _beside([_sigma2(m, s) for m, s in zip(members, both, strict=False)]),
         "The likelihood's variance in squared data units", ""),
    ]  # fmt: skip


def headings(shown: Plan, frame: LiveFrame) -> dict[str, str]:
    """What tells the twins apart, above each; nothing for a run alone."""
    if len(frame.learners) < 2:
        return {}
    return {
        learner.label.lower(): f"{TWINS[learner.label]}: {_heading(member, shown.twin, learner)}"
        for member, learner in zip(shown.members, frame.learners, strict=False)
    }


def _pixels_seen(shown: Plan) -> str:
    """What a masked decoder's distortion rests on."""
    masked = any(member.masked for member in shown.members)
    return "; the masked decoder judges each pixel seeing those of x before it" if masked else ""


def _each(value: Callable[[Learner], str], learners: Sequence[Learner]) -> Text:
    return _beside([value(learner) for learner in learners])


def _beside(values: list[str]) -> Text:
    """One value, or a column for each of the twins."""
    return values if len(values) > 1 else values[0]


def _rate(learner: Learner) -> str:
    return number(learner.rate) if learner.variational else "—"


def _elbo(learner: Learner) -> str:
    return number(-(learner.distortion + learner.rate)) if learner.variational else "—"


def _objective(learner: Learner) -> str:
    return number(learner.distortion + learner.beta * learner.rate)


def _sigma2(member: Plan, learner: Learner) -> str:
    variance = LIKELIHOODS[member.likelihood].variance
    if variance.shared:
        return f"{learner.sigma2:.3g}"
    return "one per pixel" if variance is Variance.PER_ELEMENT else "—"


def _collapsed(learner: Learner) -> str:
    dead = int((learner.kl < THRESHOLD).sum())
    return f"{dead} of {len(learner.kl)}" if learner.variational else "—"


def _alarm(learner: Learner) -> str:
    """ "", "warning" or "alarm" by the part of the dimensions that has collapsed."""
    return alarm(float((learner.kl < THRESHOLD).mean()) if learner.variational else 0.0)


def _heading(member: Plan, twin: str, learner: Learner) -> str:
    """What this one of the twins has that the other has not, by what is in force now where it can
    move.
    """
    if twin in _HEADINGS:
        return _HEADINGS[twin](member, learner)
    value = getattr(member, twin)
    return DECLARED[twin].titles.get(value, str(value))


def _schedule(member: Plan, learner: Learner) -> str:
    return {
        "constant": f"β = {member.beta:g} from the start",
        "linear": f"β warms up to {member.beta:g} in {member.warmup:,} steps",
        "cyclical": f"β rises to {member.beta:g} every {member.warmup:,} steps",
    }[member.schedule]


def _reach(member: Plan, learner: Learner) -> str:
    if member.reach == 0:
        return "decoder sees all pixels before"
    return f"decoder sees {member.reach} pixel{'s' if member.reach > 1 else ''} far"


_HEADINGS: dict[str, Callable[[Plan, Learner], str]] = {
    "schedule": _schedule,
    "free_bits": lambda m, _: (
        f"{m.free_bits:g} free nats per dimension" if m.free_bits else "no free bits"
    ),
    "decoder": lambda m, _: f"decoder {DECLARED['decoder'].titles[m.decoder]}",
    "skip": lambda m, _: f"z {DECLARED['skip'].titles[m.skip]}",
    "reach": _reach,
    "unseen": lambda m, _: (
        f"{m.unseen:.0%} of the pixels hidden" if m.unseen else "no pixel hidden"
    ),
    "sigma2": lambda _, learner: f"σ² = {learner.sigma2:.3g}",
    "beta": lambda _, learner: f"β = {learner.beta:.3g}",
}
