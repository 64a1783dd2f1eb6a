"""The tool Gaps: what the family of q loses, what the encoder loses, and how a flow bends q."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from cachetools import LRUCache

from vaeviz.chapters.bound import predictions
from vaeviz.chapters.bound.posterior import measured, rings, seen
from vaeviz.chapters.bound.view import MODEL_CONTROLS, RULES, BoundView, chosen, joint
from vaeviz.chapters.chapter import Context, Frame, Row, Scene, Tool
from vaeviz.chapters.model import views
from vaeviz.chapters.model.closed_form import titled
from vaeviz.chapters.model.readouts import nats
from vaeviz.chapters.settings import OneOf, Whole, setting
from vaeviz.figures.gap_stack import MEAN, gap_stack
from vaeviz.figures.gap_ways import DEPTHS
from vaeviz.figures.kind_gaps import kind_gaps
from vaeviz.figures.number_line import least
from vaeviz.figures.true_posterior import true_posterior
from vaeviz.measures.bound.joint import Joint
from vaeviz.records import Array
from vaeviz.records.gaps import TITLES, Gaps, GapStack, Kind, KindGaps
from vaeviz.records.true_posterior import ExampleBound
from vaeviz.serve import jobs

if TYPE_CHECKING:
    from vaeviz.measures.bound.gaps import Tuned

RESTING = jobs.Resting()
EXAMPLES, BARS = 24, 9
_BEGUN: LRUCache[object, bool] = LRUCache(32)  # the keys of `several` that need not wait
CHOICES = {
    "encoder": "the encoder's own",
    "diagonal": "best diagonal Gaussian",
    "full": "best full Gaussian",
    "planar": "planar flow",
    "spline": "spline flow",
}
FLOWS = ("planar", "spline")


@dataclass(frozen=True)
class GapsView(BoundView):
    """Which q is drawn, and the flows' seed."""

    family: str = setting(
        "planar", OneOf(tuple(CHOICES)), "family of q", "q",
        "Which q is drawn over the true posterior; all but the first are tuned for this x",
        titles=CHOICES,
    )  # fmt: skip
    start: int = setting(
        0, Whole(0, 9999), "start of the flows", "start no.",
        "The seed of the flows: another number, other first weights and draws",
    )  # fmt: skip


@titled
def show(view: GapsView, context: Context) -> Frame:
    """q over p(z|x), the gap of each kind of q, and the gaps of several examples."""
    theme, made = context.theme, measured(view, context)
    known = kinds(view, context, made)
    many = several(view, context, ready=len(known) == len(TITLES))
    codec = context.model.codec
    drawn = known.get(view.family, known["encoder"])
    name = f"{drawn.title[:1].upper()}{drawn.title[1:]}: q"
    record = seen(made, drawn.curves, name, made.evidence - drawn.elbo, views.source(codec, _GRID))
    return Frame(
        {
            "truth": true_posterior(record, theme),
            "kinds": kind_gaps(_kind_gaps(view, made, known, codec.source), theme),
            "stack": gap_stack(_stack(view, made, many, views.source(codec, _SEVERAL)), theme),
        },
        _readouts(made, known),
        rows=(("truth kinds", "1fr"), ("truth stack", "1fr")),
    )


_GRID = "p(z|x) on a grid; q at 1σ and 2σ of its noise"
_SEVERAL = f"q tuned for each x; mean of {EXAMPLES}"


def kinds(view: GapsView, context: Context, made: ExampleBound) -> dict[str, Kind]:
    """The kinds of q that are there: the encoder's at once, the others as their jobs end."""
    known = {"encoder": Kind(TITLES["encoder"], made.elbo, 0.0, rings(made))}
    at = joint(view, context)
    key = (at, context.probe.data.name, view.example)
    if not RESTING.rests(key):
        jobs.mark(key)
        return known
    gaussians = jobs.get(
        ("gaussian q", *key), partial(_gaussians, at, chosen(view, context)), jobs.STUDY
    )
    if gaussians is None:
        return known
    known |= {name: gaussians.kinds[name] for name in ("diagonal", "full")}
    for name in FLOWS:
        make = partial(_flow, gaussians, name, view.start)
        found = jobs.get(("flow", *key, name, view.start), make, jobs.STUDY)
        known |= {name: found} if found else {}
    return known


def several(view: GapsView, context: Context, ready: bool) -> Gaps | None:
    """The gaps of the first held-out examples; None until they are tuned, which begins once the
    example's own kinds of q are `ready`.
    """
    at = joint(view, context)
    key = ("gaps", at, context.probe.data.name)
    if not ready and key not in _BEGUN:
        jobs.mark(key)
        return None
    _BEGUN[key] = True
    return jobs.get(key, partial(_gaps, at, context.probe.x[:EXAMPLES]), jobs.STUDY)


def _gaussians(at: Joint, x: Array) -> Tuned:
    from vaeviz.measures.bound.gaps import gaussian_kinds

    return gaussian_kinds(at, x)


def _flow(tuned: Tuned, name: str, seed: int) -> Kind:
    from vaeviz.measures.bound.gaps import flow_kind

    return flow_kind(tuned, name, seed)


def _gaps(at: Joint, x: Array) -> Gaps:
    from vaeviz.measures.bound.gaps import gaps

    return gaps(at, x)


def _kind_gaps(view: GapsView, made: ExampleBound, known: dict[str, Kind], source: str) -> KindGaps:
    gap = np.array([made.evidence - kind.elbo for kind in known.values()])
    error = np.array([kind.error for kind in known.values()])
    missing = [TITLES[name] for name in TITLES if name not in known]
    waits = f"Tuning: {', '.join(missing)} …" if missing else ""
    detail = f"{source} · tuned for this x; flows by draws, ± {error.max():.3f}"
    where = list(known).index(view.family) if view.family in known else 0
    return KindGaps(tuple(TITLES.values()), gap, error, where, detail, waits)


def _stack(view: GapsView, made: ExampleBound, many: Gaps | None, source: str) -> GapStack:
    family = "full" if view.family == "full" else "diagonal"
    count = EXAMPLES if many is None else len(many.evidence)
    numbers = (*map(str, range(min(BARS, count))), MEAN)
    if many is None:
        none, waits = np.zeros(0), f"Tuning a q for each of {EXAMPLES} examples …"
        return GapStack(
            numbers, none, none, family, count, least(DEPTHS, made.gap), source, waits
        )  # fmt: skip
    best: Array = getattr(many, family)
    approximation, amortization = many.evidence - best, best - many.encoder
    shown = [np.append(part[: len(numbers) - 1], part.mean()) for part in
             (np.maximum(approximation, 0.0), amortization)]  # fmt: skip
    highest = np.sort(shown[0] + shown[1])
    depth = least(DEPTHS, float(highest[max(len(highest) - 3, 0)]))
    return GapStack(numbers, shown[0], shown[1], family, count, depth, source)


def _readouts(made: ExampleBound, known: dict[str, Kind]) -> list[Row]:
    """The split of the example's gap, as far as it is there."""
    best = known.get("diagonal")
    rows: list[Row] = [
        ("gap", nats(made.gap), "log p(x) − ELBO of the encoder's q, nats", ""),
        ("amortization", nats(best.elbo - made.elbo) if best else "tuning …",
         "The best diagonal q's ELBO minus that of the encoder's q, nats", ""),
        ("approximation", nats(made.evidence - best.elbo) if best else "tuning …",
         "log p(x) minus the best diagonal q's ELBO, nats", ""),
    ]  # fmt: skip
    for name in ("full", *FLOWS):
        kind = known.get(name)
        help = f"log p(x) − ELBO of the {TITLES[name]} q, tuned for this x, nats"
        value = f"{made.evidence - kind.elbo:.3f}".replace("-", "−") if kind else "tuning …"
        rows.append((f"gap, {TITLES[name]}", value, help, ""))
    return rows


def scenes(view: GapsView, context: Context) -> list[Scene]:
    """Where the encoder is to blame, where the family is, and where a flow helps."""
    at = {"data": "digits", "likelihood": "gaussian", "beta": 1.0, "sigma2": 0.05, "start": 0}
    return [
        Scene("The encoder's fault", "Of 26 nats the best diagonal q leaves less than 0.1.",
              {**at, "example": 7, "family": "diagonal"}),
        Scene("A slanted q", "A full covariance lets q turn: nearly no gap is left.",
              {**at, "example": 13, "family": "full"}),
        Scene("The family's fault", "No Gaussian follows this posterior: about 1 nat stays.",
              {**at, "example": 11, "family": "full"}),
        Scene("A flow bends", "The planar flow leaves a quarter of the Gaussian's gap, or less.",
              {**at, "example": 3, "family": "planar"}),
    ]  # fmt: skip


TOOL = Tool(
    "gaps",
    "Gaps",
    "Give each x its own best q: what stays is the family's fault, the rest was the encoder's.",
    GapsView,
    show,
    controls=(*MODEL_CONTROLS, "family", "start"),
    rules=RULES,
    scenes=scenes,
    predictions=predictions.GAPS,
)
