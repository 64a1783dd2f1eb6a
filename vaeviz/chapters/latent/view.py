"""Every setting of the page Latent space, and what the data set and the model allow of each.

The settings of a `ModelView` choose the model. The others say what of it is looked at: the browser
draws that by itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from vaeviz.chapters.chapter import Context, Rule, RuleMaker
from vaeviz.chapters.latent.space import MOST
from vaeviz.chapters.model import answer, closed_form
from vaeviz.chapters.model.examples import example
from vaeviz.chapters.model.settings import LARGEST, ModelView
from vaeviz.chapters.settings import Numbers, OneOf, Real, Whole, setting, with_default
from vaeviz.checkpoints.keeping import RESERVED as MULTI_RATE
from vaeviz.serve import kept
from vaeviz.serve.kept import Kept

TOOLS = ("traversals", "manifold", "interpolate", "draw", "arithmetic", "holes", "aggregate")
MAPS = {"dims": "two dimensions", "pca": "PCA", "tsne": "t-SNE"}
DIMENSIONS = ("auto", *(str(k + 1) for k in range(LARGEST)))
PLACES = ("point", "a", "b", "origin")
ENDS = (*PLACES, "drawing")


@dataclass(frozen=True)
class LatentView(ModelView):
    """What the page shows; field names are the names in the URL."""

    d: int = with_default(ModelView, "d", 2)
    tool: str = setting("traversals", OneOf(TOOLS), "tool")
    map: str = setting("dims", OneOf(tuple(MAPS)), "map", "map", "What the map shows", titles=MAPS)
    i: str = setting(
        "auto", OneOf(DIMENSIONS), "first dimension drawn", "x",
        "The horizontal dimension; auto: the one with the largest KL (an autoencoder: variance)",
    )  # fmt: skip
    j: str = setting(
        "auto", OneOf(DIMENSIONS), "second dimension drawn", "y",
        "The vertical dimension; auto: the one with the second largest KL (or variance)",
    )  # fmt: skip
    contours: str = setting("off", OneOf(("off", "on")), "contours")
    a: int = example("a", "Example A, by number; or choose it on the map")
    b: int = example("b", "Example B, by number; or choose it on the map")
    around: str = setting("point", OneOf(PLACES), "centre of the traversals")
    extent: float = setting(3.0, Real(0.5, 20.0), "range of the traversals")
    start: str = setting("a", OneOf(ENDS), "start of the interpolation")
    end: str = setting("b", OneOf(ENDS), "end of the interpolation")
    course: str = setting("linear", OneOf(("linear", "spherical")), "course")
    base: str = setting("a", OneOf(PLACES), "example that is added to")
    plus: int = setting(1, Whole(0, 63), "class that is added")
    minus: int = setting(0, Whole(0, 63), "class that is taken away")
    strength: float = setting(1.0, Real(-2.0, 2.0), "strength")
    point: str = setting("", Numbers(LARGEST, 20.0), "point", private=True)


def dedicated(context: Context) -> Kept | None:
    """The dedicated model that answers; None where the closed form stands in for it."""
    model = context.model
    return None if model.codec is context.probe.linear else model.kept


def _model(view: LatentView, context: Context) -> Rule:
    """The multi-rate model, and every usable dedicated one, plain autoencoders among them."""
    trained = [(own.entry.name, kept.title(own), "") for own in kept.dedicated(view.data)]
    rows = ((MULTI_RATE, closed_form.entry(view.data), ""), *trained)
    return Rule("model", options=rows, about=("data",))


def _beta(view: LatentView, context: Context) -> Rule | None:
    return Rule("beta", off=_FIXED) if dedicated(context) else None


def _sigma2(view: LatentView, context: Context) -> Rule | None:
    return Rule("sigma2", off=_FIXED) if dedicated(context) and view.gaussian else None


_FIXED = "This model was trained at one β, σ² and latent size; the multi-rate model has them all"


def _map(view: LatentView, context: Context) -> Rule | None:
    """PCA needs two dimensions to choose a plane from."""
    if view.d > 1:
        return None
    why = "A code of one dimension has no plane"
    titles = {**MAPS, "dims": "the one dimension"}
    options = tuple((name, title, why * (name == "pca")) for name, title in titles.items())
    return Rule("map", why, options=options, about=_SIZE)


def _dimension(name: str) -> RuleMaker:
    """The model's dimensions; on a map with axes of its own there is none to choose."""

    def rule(view: LatentView, context: Context) -> Rule:
        off = "" if view.map == "dims" else "the map shows other axes: choose two dimensions first"
        off = "A code of one dimension has no other to draw" if view.d == 1 else off
        numbered = ((str(k), f"z{k}", "") for k in range(1, view.d + 1))
        return Rule(name, off=off, options=(("auto", "auto", ""), *numbered), about=_SIZE)

    return rule


def _example(name: str) -> RuleMaker:
    def rule(view: LatentView, context: Context) -> Rule:
        data = context.probe.data
        count = min(len(data.held_out) + len(data.train), MOST)
        return Rule(name, low=min(getattr(view, name), 0), high=count - 1, about=("data",))

    return rule


_SIZE = ("data", "model", "d")
RULES = (
    answer.data_rule, _model, answer.likelihood_rule, _beta, answer.sigma2_rule, _sigma2,
    answer.d_rule, _map, _dimension("i"), _dimension("j"), _example("a"), _example("b"),
)  # fmt: skip
CONTROLS = ("data", "model", "likelihood", "beta", "sigma2", "d", "map", "i", "j", "a", "b")
