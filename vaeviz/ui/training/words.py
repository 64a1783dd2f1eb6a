"""What the choices of the Training page are called, in its controls and above twins."""

from __future__ import annotations

from vaeviz.records import Learner
from vaeviz.ui.training.settings import Plan

OPTIONS: dict[str, dict[str, str]] = {
    "architecture": {"mlp": "MLP", "conv": "convolutions"},
    "likelihood": {
        "gaussian": "Gaussian, σ² fixed", "gaussian-learned": "Gaussian, σ² learned",
        "gaussian-optimal": "Gaussian, σ² optimal", "bernoulli": "Bernoulli", "categorical": "Categorical",
    },
    "decoder": {"mirror": "mirrors the encoder", "linear": "weak: one linear layer"},
    "model": {"vae": "VAE", "ae": "plain autoencoder"},
    "schedule": {"constant": "constant", "linear": "warm-up", "cyclical": "cyclical"},
    "twin": {
        "none": "none", "model": "AE or VAE", "schedule": "schedule of β", "free_bits": "free bits",
        "decoder": "decoder", "likelihood": "likelihood", "sigma2": "σ²", "beta": "β",
    },
    "show": {"mu": "μ", "z": "z"},
}  # fmt: skip


def sentence(words: str) -> str:
    """The same with a capital letter; σ² stays σ²."""
    return words[:1].upper() + words[1:] if words[:1].isascii() else words


def heading(member: Plan, twin: str, seen: Learner) -> str:
    """What this one of the twins has that the other has not, by what is in force now where it can move."""
    if twin == "schedule":
        return _schedule(member)
    if twin == "free_bits":
        return f"{member.free_bits:g} free nats a dimension" if member.free_bits else "no free bits"
    if twin == "decoder":
        return f"decoder {OPTIONS['decoder'][member.decoder]}"
    if twin == "sigma2":
        return f"σ² = {seen.sigma2:.3g}"
    if twin == "beta":
        return f"β = {seen.beta:.3g}"
    return OPTIONS.get(twin, {}).get(getattr(member, twin, ""), "")


def _schedule(member: Plan) -> str:
    return {
        "constant": f"β = {member.beta:g} from the start",
        "linear": f"β warms up to {member.beta:g} in {member.warmup:,} steps",
        "cyclical": f"β rises to {member.beta:g} every {member.warmup:,} steps",
    }[member.schedule]
