"""What can be trained together: the rules that repair a plan and limit its controls."""

from __future__ import annotations

from collections.abc import Mapping

from vaeviz import data
from vaeviz.chapters.chapter import Context, Rule, RuleMaker
from vaeviz.chapters.controls import sentence
from vaeviz.chapters.settings import OneOf, Option, text
from vaeviz.chapters.training import stored
from vaeviz.chapters.training.plan import (
    DECLARED,
    MASKED,
    TWINS,
    USUAL,
    WIDTHS,
    Plan,
    two_dimensions,
    usual_other,
    valid_other,
)
from vaeviz.chapters.training.session import of
from vaeviz.config import RunSettings
from vaeviz.data import Source
from vaeviz.densities import LIKELIHOODS, Variance

PROBES = 200  # held-out examples that the map of every model shows
PIXELS = 100  # of an image that a masked decoder draws one after the other in time for a frame
ONLY_MASKED = "only a masked decoder has this"
NO_SIGMA2: dict[Variance, str] = {  # why there is none to choose
    Variance.OPTIMAL: "σ² is always at its optimum, the batch's mean squared error per element",
    Variance.NONE: "this likelihood has no variance",
}
NO_TWIN = {**NO_SIGMA2, Variance.PER_ELEMENT: "every pixel has its own σ²"}
LEARNED = (Variance.LEARNED, Variance.PER_ELEMENT)
MOVES_ITSELF = "The model learns σ² itself: this is where the next run starts"
OTHERS = {  # values of a twin that the page offers
    "sigma2": (1e-4, 1e-3, 0.005, 0.02, 0.05, 0.1, 0.5, 1.0, 10.0),
    "beta": (0.01, 0.1, 0.5, 1.0, 2.0, 4.0, 10.0, 30.0, 100.0),
    "reach": (0, 1, 2, 4),
    "unseen": (0.0, 0.25, 0.5, 0.75, 1.0),
    "free_bits": (0.0, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0),
}


def no_conv(about: Source) -> str:
    """Why this data set can't have a convolutional network, or ""."""
    fine = about.is_image and all(side % 4 == 0 for side in about.shape)
    return "" if fine else "a convolutional network needs images whose sides are multiples of 4"


def no_masked(plan: Plan) -> str:
    """Why this plan can't have a masked decoder, or ""."""
    about = data.describe(plan.data)
    if not about.is_image or about.dim > PIXELS:
        return (
            f"a masked decoder paints pixel by pixel, live for images of at most {PIXELS} pixels"
            " (digits)"
        )
    if plan.architecture == "conv":
        return "a masked decoder is an MLP"
    return unmasked(plan.likelihood)


def unmasked(likelihood: str) -> str:
    """Why a masked decoder can't have this likelihood, or ""."""
    one = LIKELIHOODS[likelihood].outputs(RunSettings.levels) == 1
    return "" if one else "a masked decoder puts out one number per pixel"


def no_twin(name: str, plan: Plan) -> str:
    """Why twins can't differ in this setting, or ""."""
    if name in ("schedule", "free_bits", "beta") and not plan.variational:
        return no_rate(plan)
    if name in MASKED and not plan.masked:
        return ONLY_MASKED
    return NO_TWIN.get(LIKELIHOODS[plan.likelihood].variance, "") if name == "sigma2" else ""


def _data(plan: Plan, context: Context) -> Rule:
    """All data sets; those that are not on this machine yet say so."""
    return Rule("data", options=tuple((name, title, "") for name, title in data.titles().items()))


def _architecture(plan: Plan, context: Context) -> Rule:
    why = no_conv(data.describe(plan.data))
    widths = plan.widths if plan.widths in WIDTHS["mlp"] else USUAL["mlp"]
    return Rule(
        "architecture", why, options=_options("architecture", {"conv": why}), about=("data",),
        instead={"architecture": "mlp", "widths": widths},
    )  # fmt: skip


def _widths(plan: Plan, context: Context) -> Rule:
    options = tuple((widths, widths, "") for widths in WIDTHS[plan.architecture])
    return Rule(
        "widths", f"Widths {plan.widths} belong to another network", options=options,
        about=("architecture",), instead={"widths": USUAL[plan.architecture]},
    )  # fmt: skip


def _likelihood(plan: Plan, context: Context) -> Rule:
    reasons = _likelihoods(plan)
    return Rule(
        "likelihood", reasons[plan.likelihood], options=_options("likelihood", reasons),
        about=("data",),
    )  # fmt: skip


def _decoder(plan: Plan, context: Context) -> Rule:
    why = no_masked(plan)
    about = ("data", "architecture", "likelihood")
    return Rule("decoder", why, options=_options("decoder", {"masked": why}), about=about)


def _warmup(plan: Plan, context: Context) -> Rule:
    """No longer than the run, where one of the models has a schedule."""
    if not any(member.scheduled for member in plan.members):
        return Rule("warmup", off=_no_rate(plan) or "β is constant: there is nothing to wait for")
    why = f"a warm-up of {plan.warmup} steps would never end in a run of {plan.steps}"
    about = ("steps", "schedule", "twin", "other")
    return Rule("warmup", why, high=plan.steps, off=_no_rate(plan), about=about)


def _idle_without_rate(name: str) -> RuleMaker:
    return lambda plan, context: Rule(name, off=_no_rate(plan))


def _sigma2(plan: Plan, context: Context) -> Rule:
    variance = LIKELIHOODS[plan.likelihood].variance
    if variance in LEARNED and of(context).frame is not None:
        return Rule("sigma2", off=MOVES_ITSELF)
    return Rule("sigma2", off=sentence(NO_SIGMA2.get(variance, "")))


def _i(plan: Plan, context: Context) -> Rule:
    drawn = _of_stored(plan, context)
    if drawn:
        return _idle("i", plan.i, drawn[0])
    return Rule("i", high=max(plan.latent, 2), options=_dimensions(plan), about=("latent",))


def _j(plan: Plan, context: Context) -> Rule:
    """Another dimension than the map's first."""
    drawn = _of_stored(plan, context)
    if drawn:
        return _idle("j", plan.j, drawn[1])
    j = two_dimensions(plan, plan.latent)[1]
    options = _dimensions(plan, but=plan.j if j != plan.j else 0)
    return Rule("j", options=options, about=("latent", "i"), instead={"j": j})


def _of_stored(plan: Plan, context: Context) -> tuple[int, int] | None:
    """What the stored run's map has instead of the plan's dimensions, which wait for a start."""
    session, begun = of(context), stored.plan()
    misfit = two_dimensions(plan, plan.latent) != (plan.i, plan.j)  # repaired first
    if session.run is not None or begun is None or misfit:
        return None
    drawn = two_dimensions(plan, begun.latent)
    return None if drawn == (plan.i, plan.j) else drawn


def _idle(name: str, chosen: int, drawn: int) -> Rule:
    """The list names what is drawn, and why it is not what was chosen."""
    begun = stored.plan()
    has = f"The stored run has {begun.latent if begun else 0} dimensions"
    return Rule(name, off=f"{has}: z{chosen} is for the next start",
                options=((str(chosen), f"z{drawn}", ""),))  # fmt: skip


def _example(name: str) -> RuleMaker:
    def rule(plan: Plan, context: Context) -> Rule:
        examples = min(data.describe(plan.data).held_out, PROBES)
        return Rule(name, low=min(getattr(plan, name), 0), high=examples - 1, about=("data",))

    return rule


def _twin(plan: Plan, context: Context) -> Rule:
    reasons = {name: no_twin(name, plan) for name in TWINS}
    words = f"No twin in {TWINS[plan.twin]}, as {reasons[plan.twin]}"
    return Rule(
        "twin", words, options=_options("twin", reasons), about=("model", "decoder", "likelihood"),
        instead={"twin": "none", "other": ""},
    )  # fmt: skip


def _other(plan: Plan, context: Context) -> Rule:
    """One of a list that holds the value in force even if it is no round number, and never the
    first model's own.
    """
    if plan.twin == "none":
        return Rule(
            "other", "There is no twin to have a value of its own", options=(("", "—", ""),),
            off="Choose first what the twin has of its own", about=("twin",),
        )  # fmt: skip
    first = text(getattr(plan, plan.twin))
    options = tuple(option for option in _others(plan) if option[0] != first)
    repaired = valid_other(plan)
    possible = repaired in [value for value, _, why in options if not why]
    return Rule(
        "other", f"The twin's {_words(plan.twin)} can't be {plan.other or 'empty'}",
        options=options, about=("twin", plan.twin),
        instead={"other": repaired if possible else usual_other(plan)},
    )  # fmt: skip


def _others(plan: Plan) -> tuple[Option, ...]:
    if isinstance(DECLARED[plan.twin].kind, OneOf):
        return _options(plan.twin, _reasons(plan))
    in_force = valid_other(plan)
    numbers = sorted({*OTHERS[plan.twin], *([float(in_force)] if in_force else [])})
    return tuple((text(number), f"{number:g}", "") for number in numbers)


def _reasons(plan: Plan) -> Mapping[str, str]:
    """Values that the twin can't have, and why not."""
    if plan.twin == "likelihood":
        reasons = _likelihoods(plan)
        return {n: why or (unmasked(n) if plan.masked else "") for n, why in reasons.items()}
    return {"masked": no_masked(plan)} if plan.twin == "decoder" else {}


def _masked(name: str) -> RuleMaker:
    """Twins with and without a masked decoder share all else: nothing belongs to one alone."""

    def rule(plan: Plan, context: Context) -> Rule | None:
        if not any(member.masked for member in plan.members):
            return Rule(name, off=sentence(ONLY_MASKED))
        if plan.twin != "decoder":
            return None
        why = f"{_words(name)} belongs to masked decoders, and one of the twins has another"
        about, usual = ("decoder", "twin", "other"), MASKED[name]
        if isinstance(DECLARED[name].kind, OneOf):
            reasons = dict.fromkeys(DECLARED[name].titles, why) | {usual: ""}
            return Rule(name, why, off=sentence(why), options=_options(name, reasons), about=about)
        return Rule(name, why, low=usual, high=usual, off=sentence(why), about=about)

    return rule


def _likelihoods(plan: Plan) -> dict[str, str]:
    about = data.describe(plan.data)
    return {name: likelihood.refusal(about) for name, likelihood in LIKELIHOODS.items()}


def no_rate(plan: Plan) -> str:
    """Why this model has nothing that β would weigh, or ""."""
    return "" if plan.variational else f"a {plan.family.title} pays no rate"


def _no_rate(plan: Plan) -> str:
    """Why β, its schedule and free bits do nothing for all models, or ""."""
    return "" if any(member.variational for member in plan.members) else sentence(no_rate(plan))


def _options(name: str, reasons: Mapping[str, str]) -> tuple[Option, ...]:
    """All values of a choice, each with the reason why it can't be chosen, or ""."""
    return tuple((n, title, reasons.get(n, "")) for n, title in DECLARED[name].titles.items())


def _dimensions(plan: Plan, but: int = 0) -> tuple[Option, ...]:
    return tuple((str(k), f"z{k}", "") for k in range(1, max(plan.latent, 2) + 1) if k != but)


def _words(name: str) -> str:
    return DECLARED[name].words


RULES: tuple[RuleMaker, ...] = (
    _data, _architecture, _widths, _likelihood, _decoder,
    *map(_idle_without_rate, ("beta", "schedule", "free_bits")), _warmup, _sigma2,
    _i, _j, _example("a"), _example("b"), _twin, _other, *map(_masked, MASKED),
)  # fmt: skip
