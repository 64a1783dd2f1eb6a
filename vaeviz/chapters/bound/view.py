"""The settings that the tools of the chapter share: the model at two latent dimensions, and an
example.
"""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.chapters.chapter import Context, Rule
from vaeviz.chapters.model.answer import data_rule, likelihood_rule, sigma2_rule
from vaeviz.chapters.model.settings import MULTI_RATE, ModelView
from vaeviz.chapters.model.views import clipped
from vaeviz.chapters.settings import OneOf, Whole, setting, with_default
from vaeviz.measures.bound.joint import Joint
from vaeviz.records import Array


@dataclass(frozen=True)
class BoundView(ModelView):
    """The multi-rate model at d = 2, where p(z|x) can be summed on a grid."""

    data: str = with_default(ModelView, "data", "digits")
    model: str = setting(
        MULTI_RATE, OneOf((MULTI_RATE,)), "model", "model", "The multi-rate model", linked=False,
    )  # fmt: skip
    d: int = setting(
        2, Whole(2, 2), "latent size", "latent size d",
        "Two, so that the true posterior can be summed on a grid", linked=False,
    )  # fmt: skip
    example: int = setting(
        3, Whole(0, 10**6), "example", "example",
        "The held-out example x; or click a point on the map", form="number",
    )  # fmt: skip
    click: str = setting(
        "example", OneOf(("example",)), "what a click chooses", "click",
        "A click on the map chooses the example", linked=False,
    )  # fmt: skip


def example_rule(view: BoundView, context: Context) -> Rule:
    return Rule("example", high=len(context.probe.x) - 1, about=("data",))


RULES = (data_rule, likelihood_rule, sigma2_rule, example_rule)
MODEL_CONTROLS = ("data", "likelihood", "beta", "sigma2", "example")


def joint(view: BoundView, context: Context) -> Joint:
    """log p(x, z) of the model that is shown."""
    codec = context.model.codec
    return Joint(codec, clipped(view.tau, codec), view.d, view.sigma2)


def chosen(view: BoundView, context: Context) -> Array:
    """The example (D,)."""
    return context.probe.x[view.example]
