"""The tool Six checks: what every VAE has to pass, on a sound one and on broken ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from vaeviz.chapters.answers import Direction, Number
from vaeviz.chapters.chapter import Context, Frame, Row, Scene, Tool
from vaeviz.chapters.gradients.view import GradientsView
from vaeviz.chapters.prediction import Prediction
from vaeviz.chapters.settings import OneOf, Whole, setting
from vaeviz.data.three_gaussians import draw
from vaeviz.figures.plane import plane
from vaeviz.figures.theme import Theme
from vaeviz.figures.two_versions import two_versions
from vaeviz.live.message import Panel
from vaeviz.records import PlaneView, Table
from vaeviz.records.checks import Check
from vaeviz.records.museum import Axes, Comparison, Line
from vaeviz.serve import jobs
from vaeviz.studies.six import CASES, COURSE, HELD_OUT, STEPS, checked

if TYPE_CHECKING:
    from vaeviz.studies.tiny import Trained

MARKS = {True: ("✓ passes", "good"), False: ("✗ fails", "alarm")}
TITLES = {name: case.title for name, case in CASES.items()}
AXES = Axes("step", "printed loss", (0.0, STEPS), (-10.0, 60.0))
EDGE, FAR = 3.5, 1e4  # of the plane, and where its points are cut
_LOOKS: dict[tuple[Any, ...], list[Any]] = {}  # of the runs that are on their way


@dataclass(frozen=True)
class ChecksView(GradientsView):
    """Which model, and the seed of its weights, points and noise."""

    case: str = setting(
        "sound", OneOf(tuple(CASES)), "model", "model",
        "A sound model, and others with one mistake each", titles=TITLES,
    )  # fmt: skip
    weights: int = setting(
        0, Whole(0, 999), "seed of the model", "model no.",
        "Each number is another model: other weights, points and noise",
    )  # fmt: skip


def run(view: ChecksView) -> Trained | None:
    """The trained model with its checks; None while it is on its way."""
    key = ("six checks", view.case, view.weights)
    return jobs.get(key, partial(_make, key, view), jobs.STUDY)


def _make(key: tuple[Any, ...], view: ChecksView) -> Trained:
    seen = _LOOKS.setdefault(key, [])
    try:
        return checked(CASES[view.case], view.weights, seen.append)
    finally:
        _LOOKS.pop(key, None)


def show(view: ChecksView, context: Context) -> Frame:
    """The table, the loss and the samples; while the model trains, what is there of them."""
    made, theme = run(view), context.theme
    seen = made.looks if made else list(_LOOKS.get(("six checks", view.case, view.weights), ()))
    return Frame(
        {
            "checks": _table(made.checks, _source(view)) if made else _waiting(seen),
            "loss": _loss(seen, theme, _source(view)),
            "samples": _samples(view, made, theme),
        },
        _rows(made) if made else (),
        rows=(("checks checks", "1.1fr"), ("loss samples", "1fr")),
    )


def _table(made: Sequence[Check], source: str) -> Table:
    """The course's six with their numbers, and three on the KL's weight."""
    numbered = [*(c for c in made if c.name in COURSE), *(c for c in made if c.name not in COURSE)]
    rows = tuple(
        (f"{COURSE.index(c.name) + 1} {c.claim}" if c.name in COURSE else f"+ {c.claim}",
         MARKS[c.passed][0], c.measured, c.limit)
        for c in numbered
    )  # fmt: skip
    red = [c.claim for c in made if not c.passed]
    title = f"{len(red)} of {len(made)} checks fail" if red else f"All {len(made)} checks pass"
    levels = tuple(MARKS[c.passed][1] for c in numbered)
    finding = f"{title}{': ' if red else ''}{'; '.join(red)}."
    return Table(("check", "", "measured", "limit"), rows, title, source, finding, levels=levels)


def _waiting(seen: Sequence[Any]) -> Table:
    step = seen[-1].step if seen else 0
    words = f"Training: step {step} of {STEPS}"
    rows = (("the checks", "are on their way"),)
    return Table(("", ""), rows, words, "", f"{words}.")


def _loss(seen: Sequence[Any], theme: Theme, source: str) -> Panel:
    """What the code prints, and half of its first value, below which it has to fall."""
    if not seen:
        words = "The loss, from the first step on"
        return two_versions(
            Comparison((), (), None, AXES, "", words, words, f"{words}.", source), theme
        )
    step = np.array([look.step for look in seen], np.float64)
    printed = np.array([look.printed for look in seen])
    half = Line("half of the first", "linear", np.array([0.0, STEPS]), np.full(2, printed[0] / 2))
    words = f"The printed loss goes from {_short(printed[0])} to {_short(printed[-1])}"
    lines = (Line("loss", "distortion", step, printed),)
    record = Comparison(lines, (), half, AXES, "", words, words, f"{words}.", source)
    return two_versions(record, theme)


def _samples(view: ChecksView, made: Trained | None, theme: Theme) -> Panel:
    """Held-out points, and decoded samples of the prior; one output stands for both axes."""
    data = draw(HELD_OUT, view.weights + 1)[0]
    layers = [("held-out data", "data", data)]
    words, source = "The data; samples come with the model", "drawn"
    if made:
        points = np.clip(np.broadcast_to(made.samples, (len(made.samples), 2)), -FAR, FAR)
        layers.append(("decoded samples of the prior", "decoder", points))
        words = "Samples over the data"  # how many are seen depends on the panel's shape
        source = f"{len(points)} samples, {HELD_OUT:,} points of another seed"
    return plane(PlaneView(words, tuple(layers), -EDGE, EDGE, source), theme)


def _rows(made: Trained) -> list[Row]:
    red = sum(not check.passed for check in made.checks)
    last = made.looks[-1]
    return [
        ("failing checks", f"{red} of {len(made.checks)}", "Of those in the table",
         "alarm" if red else ""),
        ("printed loss", _short(last.printed), "What the code prints at its last step", ""),
        ("error", _short(last.error), "‖x − x̂‖² / 2σ², σ² = 0.05, by the right formula, nats", ""),
        ("KL", _short(last.kl), "KL(q ‖ p), by the right formula, nats", ""),
    ]  # fmt: skip


def _source(view: ChecksView) -> str:
    return f"trained here: {STEPS} steps on three Gaussians, d = 2, β = 1, seed {view.weights}"


def _short(value: float) -> str:
    text = f"{value:.1e}" if abs(value) >= 1e4 else f"{value:.3g}"
    return text.replace("-", "−")


def scenes(view: ChecksView, context: Context) -> list[Scene]:
    """The sound one, and breaks that a glance at the loss would miss."""
    return [
        Scene("Sound", "All checks pass, on any seed.", {"case": "sound"}),
        Scene("Cut gradient", "The KL alone trains the encoder: it forgets x.",
              {"case": "no-gradient"}),
        Scene("Sign", "The loss falls, even below 0. The KL's own check finds it.",
              {"case": "kl-sign"}),
        Scene("Silent shape", "Broadcasting: one output for two numbers, and no error message.",
              {"case": "one-output"}),
        Scene("No KL", "The error is nearly 0, and samples lie between the clouds.",
              {"case": "no-kl"}),
    ]  # fmt: skip


def red(view: ChecksView, context: Context) -> float | None:
    made = run(view)
    return None if made is None else float(sum(not check.passed for check in made.checks))


def distance(view: ChecksView, context: Context) -> float | None:
    made = run(view)
    return None if made is None else next(
        check.values[0] for check in made.checks if check.name == "samples"
    )  # fmt: skip


PREDICTIONS = (
    Prediction("no-kl", Direction("distance of samples"), distance, lambda view: {"case": "no-kl"}),
    Prediction("sign", Number("failing checks", within=0.0, least=0.5), red,
               lambda view: {"case": "kl-sign"}),
)  # fmt: skip
TOOL = Tool(
    "checks",
    "Six checks",
    "Put a VAE to six checks: each passes or fails, with the numbers behind it.",
    ChecksView,
    show,
    controls=("case", "weights"),
    scenes=scenes,
    predictions=PREDICTIONS,
)
