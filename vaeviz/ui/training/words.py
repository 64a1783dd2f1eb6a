"""What the choices of the Training page are called, in its controls and above twins."""

from __future__ import annotations

from collections.abc import Callable

from vaeviz.records import Learner
from vaeviz.ui.training.settings import Plan

OPTIONS: dict[str, dict[str, str]] = {
    "architecture": {"mlp": "MLP", "conv": "convolutions"},
    "likelihood": {
        "gaussian": "Gaussian, σ² fixed",
        "gaussian-learned": "Gaussian, σ² learned",
        "gaussian-optimal": "Gaussian, σ² optimal",
        "gaussian-per-pixel": "Gaussian, σ² a pixel",
        "bernoulli": "Bernoulli",
        "categorical": "Categorical",
    },
    "decoder": {
        "mirror": "mirrors the encoder",
        "linear": "weak: one linear layer",
        "masked": "strong: sees pixels before",
    },
    "model": {"vae": "VAE", "ae": "plain autoencoder"},
    "skip": {"no": "in the first layer", "yes": "in every layer"},
    "schedule": {"constant": "constant", "linear": "warm-up", "cyclical": "cyclical"},
    "twin": {
        "none": "none",
        "model": "AE or VAE",
        "schedule": "schedule of β",
        "free_bits": "free bits",
        "decoder": "decoder",
        "skip": "z in every layer",
        "reach": "reach of the decoder",
        "unseen": "hidden pixels",
        "likelihood": "likelihood",
        "sigma2": "σ²",
        "beta": "β",
    },
    "show": {"mu": "μ", "z": "z"},
}


def sentence(words: str) -> str:
    """The same with a capital letter; σ² stays σ²."""
    return words[:1].upper() + words[1:] if words[:1].isascii() else words


def heading(member: Plan, twin: str, seen: Learner) -> str:
    """What this one of the twins has that the other has not, by what is in force now where it can
    move.
    """
    if twin in _HEADINGS:
        return _HEADINGS[twin](member, seen)
    return OPTIONS.get(twin, {}).get(getattr(member, twin, ""), "")


def _schedule(member: Plan, seen: Learner) -> str:
    return {
        "constant": f"β = {member.beta:g} from the start",
        "linear": f"β warms up to {member.beta:g} in {member.warmup:,} steps",
        "cyclical": f"β rises to {member.beta:g} every {member.warmup:,} steps",
    }[member.schedule]


def _reach(member: Plan, seen: Learner) -> str:
    if member.reach == 0:
        return "decoder sees all pixels before"
    return f"decoder sees {member.reach} pixel{'s' if member.reach > 1 else ''} far"


def _unseen(member: Plan, seen: Learner) -> str:
    return f"{member.unseen:.0%} of the pixels hidden" if member.unseen else "no pixel hidden"


_HEADINGS: dict[str, Callable[[Plan, Learner], str]] = {
    "schedule": _schedule,
    "free_bits": lambda m, _: (
        f"{m.free_bits:g} free nats a dimension" if m.free_bits else "no free bits"
    ),
    "decoder": lambda m, _: f"decoder {OPTIONS['decoder'][m.decoder]}",
    "skip": lambda m, _: f"z {OPTIONS['skip'][m.skip]}",
    "reach": _reach,
    "unseen": _unseen,
    "sigma2": lambda _, seen: f"σ² = {seen.sigma2:.3g}",
    "beta": lambda _, seen: f"β = {seen.beta:.3g}",
}
